//! The forms of the hosted pages, through the router.

mod device;
mod sign_in;
