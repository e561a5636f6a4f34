//! Signed tokens (RFC 7515, 7519): ES256 for APNs and VAPID, RS256 for Google. Base64url of header and claims, and the
//! signature over both.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeyPair as RsaKey;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair as EcKey, RSA_PKCS1_SHA256};
use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use serde::Serialize;

/// A key that signs tokens.
pub(super) enum Key {
    Es256(EcKey),
    Rs256(RsaKey),
}

/// The key can't be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not a PEM file with a private key.
    #[error("it is not a private key in PEM form (PKCS #8: `-----BEGIN PRIVATE KEY-----`)")]
    NotPem,
    /// Another kind of key.
    #[error("it is not a key of the kind that is needed")]
    OtherKind,
}

impl Key {
    /// A P-256 key from a PEM file (APNs).
    pub(super) fn ec_pem(pem: &str) -> Result<Self, KeyError> {
        EcKey::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &der(pem)?)
            .map(Self::Es256)
            .map_err(|_| KeyError::OtherKind)
    }

    /// A P-256 key from its private and public part (VAPID).
    pub(super) fn ec_raw(private: &[u8], public: &[u8]) -> Result<Self, KeyError> {
        EcKey::from_private_key_and_public_key(&ECDSA_P256_SHA256_FIXED_SIGNING, private, public)
            .map(Self::Es256)
            .map_err(|_| KeyError::OtherKind)
    }

    /// An RSA key from a PEM text (Google's service accounts).
    pub(super) fn rsa_pem(pem: &str) -> Result<Self, KeyError> {
        RsaKey::from_pkcs8(&der(pem)?)
            .map(Self::Rs256)
            .map_err(|_| KeyError::OtherKind)
    }

    /// A token with these claims.
    pub(super) fn token(&self, key_id: Option<&str>, claims: &impl Serialize) -> Result<String, KeyError> {
        #[derive(Serialize)]
        struct Header<'a> {
            typ: &'static str,
            alg: &'static str,
            #[serde(skip_serializing_if = "Option::is_none")]
            kid: Option<&'a str>,
        }
        let header = Header {
            typ: "JWT",
            alg: match self {
                Self::Es256(_) => "ES256",
                Self::Rs256(_) => "RS256",
            },
            kid: key_id,
        };
        let mut token = format!("{}.{}", part(&header), part(claims));
        let signature = self.sign(token.as_bytes())?;
        token.push('.');
        BASE64_URL_SAFE_NO_PAD.encode_string(signature, &mut token);
        Ok(token)
    }

    /// The randomness of a signature is the library's own: a nonce that repeats would give the key away.
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        let random = SystemRandom::new();
        match self {
            Self::Es256(key) => key
                .sign(&random, message)
                .map(|signature| signature.as_ref().to_vec())
                .map_err(|_| KeyError::OtherKind),
            Self::Rs256(key) => {
                let mut signature = vec![0; key.public_modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature)
                    .map_err(|_| KeyError::OtherKind)?;
                Ok(signature)
            }
        }
    }
}

fn part(value: &impl Serialize) -> String {
    let json = serde_json::to_vec(value).expect("invariant: headers and claims are JSON");
    BASE64_URL_SAFE_NO_PAD.encode(json)
}

/// The bytes within a PEM text.
fn der(pem: &str) -> Result<Vec<u8>, KeyError> {
    let body = pem
        .split_once("-----BEGIN PRIVATE KEY-----")
        .and_then(|(_, rest)| rest.split_once("-----END PRIVATE KEY-----"))
        .ok_or(KeyError::NotPem)?
        .0;
    let text: String = body.split_whitespace().collect();
    BASE64_STANDARD.decode(text).map_err(|_| KeyError::NotPem)
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_lc_rs::encoding::AsDer as _;
    use aws_lc_rs::rsa::KeySize;
    use aws_lc_rs::signature::{
        ECDSA_P256_SHA256_FIXED, KeyPair as _, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey,
    };
    use serde_json::{Value, json};

    fn pem(der: &[u8]) -> String {
        format!(
            "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
            BASE64_STANDARD.encode(der)
        )
    }

    fn taken_apart(token: &str) -> (Value, Value, Vec<u8>, String) {
        let parts: Vec<&str> = token.split('.').collect();
        assert_eq!(parts.len(), 3);
        let bytes = |part: &str| BASE64_URL_SAFE_NO_PAD.decode(part).unwrap();
        (
            serde_json::from_slice(&bytes(parts[0])).unwrap(),
            serde_json::from_slice(&bytes(parts[1])).unwrap(),
            bytes(parts[2]),
            format!("{}.{}", parts[0], parts[1]),
        )
    }

    #[test]
    fn a_token_of_either_kind_is_signed_over_its_header_and_claims() {
        let ec = EcKey::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        let key = Key::ec_pem(&pem(ec.to_pkcs8v1().unwrap().as_ref())).unwrap();
        let (header, claims, signature, signed) =
            taken_apart(&key.token(Some("ABC"), &json!({ "iss": "T" })).unwrap());
        assert_eq!(header, json!({ "typ": "JWT", "alg": "ES256", "kid": "ABC" }));
        assert_eq!(claims, json!({ "iss": "T" }));
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, ec.public_key().as_ref())
            .verify(signed.as_bytes(), &signature)
            .unwrap();

        let rsa = RsaKey::generate(KeySize::Rsa2048).unwrap();
        let der: aws_lc_rs::encoding::Pkcs8V1Der<'_> = rsa.as_der().unwrap();
        let key = Key::rsa_pem(&pem(der.as_ref())).unwrap();
        let (header, _, signature, signed) = taken_apart(&key.token(None, &json!({})).unwrap());
        assert_eq!(header["alg"], "RS256");
        UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, rsa.public_key().as_ref())
            .verify(signed.as_bytes(), &signature)
            .unwrap();
    }

    #[test]
    fn what_is_no_key_of_the_kind_is_refused() {
        let ec = EcKey::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        let ec = pem(ec.to_pkcs8v1().unwrap().as_ref());
        assert_eq!(Key::rsa_pem(&ec).err(), Some(KeyError::OtherKind));
        assert_eq!(Key::ec_pem("no key").err(), Some(KeyError::NotPem));
        assert_eq!(Key::ec_raw(&[1; 32], &[4; 65]).err(), Some(KeyError::OtherKind));
    }
}
