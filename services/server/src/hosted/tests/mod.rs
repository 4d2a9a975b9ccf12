//! The forms of the hosted pages, through the router.

mod sign_in;
