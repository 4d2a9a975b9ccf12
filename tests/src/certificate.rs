//! A certificate of a test's own making, for the loopback address.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use rcgen::{CertifiedKey, KeyPair, generate_simple_self_signed};

/// Certificate and key in files.
#[derive(Debug)]
pub struct Certificate {
    pem: String,
    der: Vec<u8>,
    certificate: PathBuf,
    key: PathBuf,
}

impl Certificate {
    /// Makes one and writes it into a folder, over the one that may be there.
    ///
    /// # Errors
    /// If it cannot be made or written.
    pub fn make(folder: &Path) -> Result<Self> {
        let names = ["127.0.0.1".to_owned(), "localhost".to_owned()];
        let made: CertifiedKey<KeyPair> =
            generate_simple_self_signed(names).context("making a certificate")?;
        let (certificate, key) = (folder.join("certificate.pem"), folder.join("key.pem"));
        let pem = made.cert.pem();
        fs::write(&certificate, &pem)?;
        fs::write(&key, made.signing_key.serialize_pem())?;
        Ok(Self { pem, der: made.cert.der().to_vec(), certificate, key })
    }

    /// The certificate in PEM.
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// The certificate in DER.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// Flags of `evident serve` and the files that they name.
    pub fn flags(&self) -> [(&'static str, &Path); 2] {
        [("--tls-certificate", &self.certificate), ("--tls-key", &self.key)]
    }
}
