//! Encryption of a Web Push message for its subscriber (RFC 8291, in the coding `aes128gcm` of RFC 8188): nobody on the
//! way, the push service included, can read it.
//!
//! An ephemeral P-256 key and the subscription's give a shared secret; that, the subscription's `auth` and both public
//! keys give (HKDF) the input key, which with a random salt gives the content key and nonce. The body is `salt (16) ·
//! record size (4) · 65 · our public key (65) · ciphertext`, of one record, whose plaintext ends with the byte 2.

use aws_lc_rs::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::agreement::{self, ECDH_P256, PrivateKey, UnparsedPublicKey};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Prk, Salt};

/// Bytes of a public key: uncompressed.
pub(super) const PUBLIC: usize = 65;

/// Bytes of the subscription's secret.
pub(super) const AUTH: usize = 16;

/// The record size that stands in the header. One record: a message is at most 4096 bytes.
const RECORD: u32 = 4096;

/// Most bytes of a message.
pub(super) const MOST: usize = 4096 - (16 + 4 + 1 + PUBLIC) - 16 - 1;

/// Encrypts a message for the holder of `subscriber` (its public key) and `auth`. `private` is a key for this message only
/// and `salt` is random: neither may ever be used again.
///
/// # Errors
/// When a key is none.
pub(super) fn encrypt(
    message: &[u8],
    subscriber: &[u8],
    auth: &[u8],
    private: &[u8; 32],
    salt: [u8; 16],
) -> Result<Vec<u8>, Unspecified> {
    let own = PrivateKey::from_private_key(&ECDH_P256, private).map_err(|_| Unspecified)?;
    let own_public = own.compute_public_key()?;
    let own_public = own_public.as_ref();

    let key_info: [&[u8]; 3] = [b"WebPush: info\0", subscriber, own_public];
    let theirs = UnparsedPublicKey::new(&ECDH_P256, subscriber);
    let input: [u8; 32] = agreement::agree(&own, theirs, Unspecified, |secret| {
        expand(&Salt::new(HKDF_SHA256, auth).extract(secret), &key_info)
    })?;
    let content = Salt::new(HKDF_SHA256, &salt).extract(&input);
    let key: [u8; 16] = expand(&content, &[b"Content-Encoding: aes128gcm\0"])?;
    let nonce: [u8; 12] = expand(&content, &[b"Content-Encoding: nonce\0"])?;

    let mut record = message.to_vec();
    record.push(2);
    LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key)?).seal_in_place_append_tag(
        Nonce::assume_unique_for_key(nonce),
        Aad::empty(),
        &mut record,
    )?;

    let mut body = Vec::with_capacity(16 + 4 + 1 + PUBLIC + record.len());
    body.extend_from_slice(&salt);
    body.extend_from_slice(&RECORD.to_be_bytes());
    body.push(u8::try_from(own_public.len()).map_err(|_| Unspecified)?);
    body.extend_from_slice(own_public);
    body.extend_from_slice(&record);
    Ok(body)
}

struct Length(usize);

impl KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

fn expand<const N: usize>(key: &Prk, info: &[&[u8]]) -> Result<[u8; N], Unspecified> {
    let mut out = [0; N];
    key.expand(info, Length(N))?.fill(&mut out)?;
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine as _;
    use base64::prelude::BASE64_URL_SAFE_NO_PAD;

    /// RFC 8291, appendix A.
    #[test]
    fn the_example_of_the_rfc_comes_out() {
        let bytes = |text: &str| BASE64_URL_SAFE_NO_PAD.decode(text).unwrap();
        let body = encrypt(
            b"When I grow up, I want to be a watermelon",
            &bytes("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"),
            &bytes("BTBZMqHH6r4Tts7J_aSIgg"),
            &bytes("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw")
                .try_into()
                .unwrap(),
            bytes("DGv6ra1nlYgDCS1FRnbzlw").try_into().unwrap(),
        )
        .unwrap();
        assert_eq!(
            BASE64_URL_SAFE_NO_PAD.encode(body),
            "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
        );
    }

    #[test]
    fn a_key_that_is_none_is_refused() {
        assert!(encrypt(b"", &[4; PUBLIC], &[0; AUTH], &[1; 32], [0; 16]).is_err());
        assert!(encrypt(b"", &[], &[], &[1; 32], [0; 16]).is_err());
    }
}
