//! Pages of listings: which one is asked for, and the headers of the answer
//! (contract: management-00 §5).

use axum::{
    Json,
    extract::FromRequestParts,
    http::{HeaderName, HeaderValue, StatusCode, header::LINK, request::Parts},
    response::{IntoResponse, Response},
};
use projections::{Listing, Page, QueryError};
use serde::Serialize;

use crate::{
    http::{error::ApiError, query::Query},
    site::Site,
};

/// How many rows all pages hold together.
pub(crate) const TOTAL_NUMBER: HeaderName = HeaderName::from_static("total-number");

const NUMBER: &str = "page";
const SIZE: &str = "page_size";
const SIZE_DEFAULT: u32 = 20;
const SIZE_MAX: u32 = projections::PAGE_ROWS_MAX;

/// The page that a request asks for; the first one if it does not say.
#[derive(Debug, Clone)]
pub(crate) struct PageQuery {
    number: u64,
    size: u32,
    endpoint: String,
    query: Query,
}

/// The same for routes that answer with everything unless a page is asked for.
#[derive(Debug, Clone)]
pub(crate) struct OptionalPageQuery(pub Option<PageQuery>);

impl PageQuery {
    /// Reads the page; `endpoint` is the public URL that the links of the answer begin with.
    ///
    /// # Errors
    /// 400 `guard.invalid_pagination`
    pub(crate) fn try_new(endpoint: &str, query: Query) -> Result<Self, ApiError> {
        let number = positive(&query, NUMBER, 1, u64::MAX)?;
        let size = positive(&query, SIZE, SIZE_DEFAULT.into(), SIZE_MAX.into())?;
        let size = u32::try_from(size).unwrap_or(SIZE_MAX);
        Ok(Self { number, size, endpoint: endpoint.to_owned(), query })
    }

    /// The page as the views take it.
    pub(crate) fn rows(&self) -> Page {
        Page::new((self.number - 1).saturating_mul(self.size.into()), self.size)
    }

    /// 200 with the rows of this page; `total` counts those of all pages.
    pub(crate) fn answer(&self, rows: &[impl Serialize], total: u64) -> Response {
        self.answer_with(rows, total)
    }

    /// The same around rows that stand inside something.
    pub(crate) fn answer_with(&self, body: impl Serialize, total: u64) -> Response {
        let mut response = (StatusCode::OK, Json(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(TOTAL_NUMBER, HeaderValue::from(total));
        let last = total.div_ceil(self.size.into()).max(1);
        let mut links = vec![self.link(1, "first")];
        if self.number > 1 {
            links.push(self.link(self.number - 1, "prev"));
        }
        if self.number < last {
            links.push(self.link(self.number + 1, "next"));
        }
        links.push(self.link(last, "last"));
        if let Ok(links) = HeaderValue::from_str(&links.join(", ")) {
            headers.insert(LINK, links);
        }
        response
    }

    fn link(&self, number: u64, relation: &str) -> String {
        let mut text = form_urlencoded::Serializer::new(String::new());
        let others = self.query.parameters().filter(|(name, _)| ![NUMBER, SIZE].contains(name));
        text.extend_pairs(others);
        text.append_pair(NUMBER, &number.to_string()).append_pair(SIZE, &self.size.to_string());
        let (endpoint, path, text) = (&self.endpoint, self.query.path(), text.finish());
        format!("<{endpoint}{path}?{text}>; rel=\"{relation}\"")
    }
}

impl OptionalPageQuery {
    /// The rows of the page, or all rows if no page is asked for; `read` gives one page.
    ///
    /// # Errors
    /// Whatever `read` says.
    pub(crate) fn collect<T>(
        &self,
        read: impl Fn(Page) -> Result<Listing<T>, QueryError>,
    ) -> Result<Listing<T>, QueryError> {
        if let Some(page) = &self.0 {
            return read(page.rows());
        }
        let mut all = read(Page::default())?;
        loop {
            let found = all.rows.len();
            let more = read(Page::new(found as u64, SIZE_MAX))?;
            all.rows.extend(more.rows);
            if all.rows.len() == found {
                return Ok(all);
            }
        }
    }

    /// Those of all rows that stand on the page, or all rows if no page is asked for.
    pub(crate) fn cut<T>(&self, all: impl Iterator<Item = T>) -> impl Iterator<Item = T> {
        let (skipped, size) = match &self.0 {
            Some(page) => ((page.number - 1).saturating_mul(page.size.into()), page.size as usize),
            None => (0, usize::MAX),
        };
        all.skip(usize::try_from(skipped).unwrap_or(usize::MAX)).take(size)
    }

    /// 200 with the rows; the headers of pages only if a page was asked for.
    pub(crate) fn answer(&self, rows: &[impl Serialize], total: u64) -> Response {
        match &self.0 {
            Some(page) => page.answer(rows, total),
            None => Json(rows).into_response(),
        }
    }
}

fn positive(query: &Query, name: &str, default: u64, max: u64) -> Result<u64, ApiError> {
    let Some(text) = query.first(name) else { return Ok(default) };
    let number = text.parse().ok().filter(|number| (1..=max).contains(number));
    number.ok_or_else(|| {
        let message = format!("`{name}` must be a whole number from 1 to {max}.");
        ApiError::new(StatusCode::BAD_REQUEST, "guard.invalid_pagination", message)
    })
}

impl FromRequestParts<Site> for PageQuery {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, ApiError> {
        let query = Query::from_request_parts(parts, site).await?;
        Self::try_new(site.endpoint(), query)
    }
}

impl FromRequestParts<Site> for OptionalPageQuery {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, ApiError> {
        let query = Query::from_request_parts(parts, site).await?;
        if query.first(NUMBER).is_none() && query.first(SIZE).is_none() {
            return Ok(Self(None));
        }
        PageQuery::try_new(site.endpoint(), query).map(Some).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(text: &str) -> Result<PageQuery, ApiError> {
        let query = Query::try_new(&format!("/api/users?{text}").parse().unwrap()).unwrap();
        PageQuery::try_new("http://h", query)
    }

    fn headers(text: &str, total: u64) -> (String, Vec<String>) {
        let response = page(text).unwrap().answer(&[0; 0], total);
        let header = |name| response.headers()[name].to_str().unwrap().to_owned();
        let links = header("link").split(", ").map(str::to_owned).collect();
        (header("total-number"), links)
    }

    #[test]
    fn the_first_twenty_rows_are_asked_for_by_default() {
        assert_eq!(page("").unwrap().rows(), Page::new(0, 20));
        assert_eq!(page("page=3&page_size=100").unwrap().rows(), Page::new(200, 100));
    }

    #[test]
    fn a_page_that_is_none_is_refused() {
        for text in ["page=0", "page=-1", "page=x", "page=", "page=1.5", "page_size=0"] {
            assert_eq!(page(text).unwrap_err().code, Some("guard.invalid_pagination"), "{text}");
        }
        assert!(page("page_size=100").is_ok());
        assert!(page("page_size=101").is_err());
    }

    #[test]
    fn links_lead_to_the_neighbours_and_keep_the_other_parameters() {
        let (total, links) = headers("search=a+b&page=2&page_size=10", 25);
        assert_eq!(total, "25");
        let link = |page, relation| {
            format!("<http://h/api/users?search=a+b&page={page}&page_size=10>; rel=\"{relation}\"")
        };
        assert_eq!(links, [link(1, "first"), link(1, "prev"), link(3, "next"), link(3, "last")]);
    }

    #[test]
    fn the_last_page_has_no_next_one() {
        let (_, links) = headers("page=3&page_size=10", 30);
        assert!(!links.iter().any(|link| link.ends_with("rel=\"next\"")));
        let (_, links) = headers("", 0);
        assert_eq!(links.len(), 2);
    }
}
