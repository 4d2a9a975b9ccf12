//! The device flow (RFC 8628): a device without a browser asks here, a person with one says yes, and
//! the device fetches its tokens from the token endpoint.

mod authorize;
mod code;
mod confirm;
mod form;
mod limits;

pub(super) use self::{
    authorize::authorize,
    confirm::{approve, begin, submit},
};
pub(crate) use self::{
    code::{CodeError, find},
    confirm::{SUCCESS, deny, refused_at_page, to_page_with},
    form::{DeviceForm, read_at_page as form_at_page},
    limits::DeviceLimits,
};
