//! Calls to a server on this machine, which is private.

use std::net::SocketAddr;

use axum::{
    Router,
    body::Body,
    extract::RawForm,
    response::Redirect,
    routing::{get, post},
};
use bytes::Bytes;
use tokio::net::TcpListener;

use super::{BODY_BYTES_MAX, Egress, EgressError};

async fn server() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let long = |bytes: usize| async move { Body::from(vec![b'x'; bytes]) };
    let router = Router::new()
        .route("/hello", get(async || "hello"))
        .route("/away", get(async || Redirect::to("/hello")))
        .route("/long", get(move || long(BODY_BYTES_MAX)))
        .route("/too-long", get(move || long(BODY_BYTES_MAX + 1)))
        .route("/echo", post(async |RawForm(body): RawForm| body));
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

fn allowing(allow: &[&str]) -> Egress {
    let allow: Vec<String> = allow.iter().map(|entry| (*entry).to_owned()).collect();
    Egress::try_new(&allow).unwrap()
}

#[tokio::test]
async fn a_private_address_is_called_only_if_it_is_named() {
    let address = server().await;
    let url = format!("http://{address}/hello");
    for allow in [&[][..], &["10.0.0.0/8"], &["127.0.0.2"]] {
        let refused = allowing(allow).get(&url, "*/*").await;
        assert!(matches!(refused, Err(EgressError::Forbidden)), "{refused:?}");
    }
    let answer = allowing(&["127.0.0.0/8"]).get(&url, "*/*").await.unwrap();
    assert_eq!((answer.status, &*answer.body), (200, &b"hello"[..]));
}

#[tokio::test]
async fn a_name_of_a_private_address_is_refused_when_it_is_resolved() {
    let port = server().await.port();
    let url = format!("http://localhost:{port}/hello");
    let refused = allowing(&[]).get(&url, "*/*").await;
    assert!(matches!(refused, Err(EgressError::Forbidden)), "{refused:?}");
    for allow in ["localhost", "127.0.0.1"] {
        assert!(allowing(&[allow]).get(&url, "*/*").await.unwrap().is_success(), "{allow}");
    }
}

#[tokio::test]
async fn an_address_in_odd_spelling_is_still_private() {
    let port = server().await.port();
    for host in ["2130706433", "0x7f.1", "017700000001", "[::ffff:127.0.0.1]", "127.1"] {
        let refused = allowing(&[]).get(&format!("http://{host}:{port}/hello"), "*/*").await;
        assert!(matches!(refused, Err(EgressError::Forbidden)), "{host}: {refused:?}");
    }
}

#[tokio::test]
async fn a_redirect_is_an_answer() {
    let address = server().await;
    let answer = allowing(&["127.0.0.1"]).get(&format!("http://{address}/away"), "*/*").await;
    assert_eq!(answer.unwrap().status, 303);
}

#[tokio::test]
async fn a_body_is_read_up_to_its_limit() {
    let egress = allowing(&["127.0.0.1"]);
    let address = server().await;
    let answer = egress.get(&format!("http://{address}/long"), "*/*").await.unwrap();
    assert_eq!(answer.body.len(), BODY_BYTES_MAX);
    let refused = egress.get(&format!("http://{address}/too-long"), "*/*").await;
    assert!(matches!(refused, Err(EgressError::TooLong)), "{refused:?}");
}

#[tokio::test]
async fn a_form_is_posted_as_it_is() {
    let address = server().await;
    let url = format!("http://{address}/echo");
    let form = Bytes::from_static(b"a=b&c=d");
    let kind = "application/x-www-form-urlencoded";
    let answer = allowing(&["127.0.0.1"]).post(&url, kind, form.clone()).await.unwrap();
    assert_eq!(answer.body, form);
}

#[tokio::test]
async fn only_plain_web_addresses_are_called() {
    let egress = allowing(&["0.0.0.0/0"]);
    for url in ["ftp://127.0.0.1/", "file:///etc/passwd", "http://u:p@127.0.0.1/", "x", "http://"] {
        let refused = egress.get(url, "*/*").await;
        assert!(matches!(refused, Err(EgressError::Url)), "{url}: {refused:?}");
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_is_a_failure() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let failed = allowing(&["127.0.0.1"]).get(&format!("http://{address}/"), "*/*").await;
    assert!(matches!(failed, Err(EgressError::Call(_))), "{failed:?}");
}
