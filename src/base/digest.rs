//! SHA-256 digests as text.

use sha2::{Digest, Sha256};

/// The SHA-256 digest of `bytes`, as 64 lower-case hexadecimal digits.
#[must_use]
pub(crate) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
