//! Which views there are, and which of them share an applying thread.

use std::sync::Arc;

use events::{Category, Recorded};

use crate::{
    Applications, Consents, Credentials, Grants, Keys, OidcSettings, OrganizationRoles,
    OrganizationScopes, Organizations, PersonalAccessTokens, Resources, Roles, Rows, Tenants,
    Timeline, Users, View, ViewError,
};

/// A set of categories, one bit each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Interest(u64);

impl Interest {
    pub(crate) fn add(&mut self, category: Category) {
        self.0 |= 1 << category as u32;
    }

    pub(crate) fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub(crate) fn holds(self, category: Category) -> bool {
        self.0 & (1 << category as u32) != 0
    }
}

impl FromIterator<Category> for Interest {
    fn from_iter<I: IntoIterator<Item = Category>>(categories: I) -> Self {
        let mut interest = Self::default();
        categories.into_iter().for_each(|category| interest.add(category));
        interest
    }
}

/// A [`View`] of which only the fold is known.
pub(crate) trait Fold: Send + Sync {
    fn name(&self) -> &'static str;
    fn version(&self) -> u32;
    fn serves_since(&self) -> u32;
    fn schema(&self) -> &'static str;
    fn indexes(&self) -> &'static str;
    fn interest(&self) -> Interest;
    fn fold(&self, recorded: &Recorded, rows: &Rows<'_>) -> Result<(), ViewError>;
}

impl<V: View> Fold for V {
    fn name(&self) -> &'static str {
        V::NAME
    }

    fn version(&self) -> u32 {
        V::VERSION
    }

    fn serves_since(&self) -> u32 {
        V::SERVES_SINCE
    }

    fn schema(&self) -> &'static str {
        V::SCHEMA
    }

    fn indexes(&self) -> &'static str {
        V::INDEXES
    }

    fn interest(&self) -> Interest {
        V::CATEGORIES.iter().copied().collect()
    }

    fn fold(&self, recorded: &Recorded, rows: &Rows<'_>) -> Result<(), ViewError> {
        self.apply(recorded, rows)
    }
}

/// The views of a runner, in groups. Each group has a thread that applies a batch view by view.
#[derive(Clone, Default)]
pub struct Catalogue {
    groups: Vec<Vec<Arc<dyn Fold>>>,
}

impl Catalogue {
    /// No views.
    pub fn empty() -> Self {
        Self::default()
    }

    /// Every view of the product. The timeline sees every event, so it has a thread of its own. Users
    /// come last of their group: who finds a new user finds the user's roles as well.
    pub fn standard() -> Self {
        Self::empty()
            .with(Grants)
            .with(Tenants)
            .with(Keys)
            .with(OidcSettings)
            .with(Applications)
            .with(Consents)
            .with(Resources)
            .with(Roles)
            .with(Organizations)
            .with(OrganizationScopes)
            .with(OrganizationRoles)
            .with(PersonalAccessTokens)
            .with(Credentials)
            .with(Users)
            .with_group()
            .with(Timeline)
    }

    /// One more view, in the last group.
    #[must_use]
    pub fn with(mut self, view: impl View) -> Self {
        let view: Arc<dyn Fold> = Arc::new(view);
        match self.groups.last_mut() {
            Some(group) => group.push(view),
            None => self.groups.push(vec![view]),
        }
        self
    }

    /// Views added from here on have a thread of their own.
    #[must_use]
    pub fn with_group(mut self) -> Self {
        self.groups.push(Vec::new());
        self
    }

    /// Names of the views.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.folds().map(|(_, fold)| fold.name())
    }

    pub(crate) fn groups(&self) -> usize {
        self.groups.len()
    }

    /// Each fold with the number of its group.
    pub(crate) fn folds(&self) -> impl Iterator<Item = (usize, &Arc<dyn Fold>)> {
        let groups = self.groups.iter().enumerate();
        groups.flat_map(|(group, folds)| folds.iter().map(move |fold| (group, fold)))
    }
}
