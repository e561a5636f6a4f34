//! The keys of a Web Push subscription, and decryption (RFC 8291).

use crate::Error;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use web_push_native::Auth;
use web_push_native::p256::SecretKey;
use web_push_native::p256::elliptic_curve::sec1::ToEncodedPoint as _;

/// Length of a subscription's secret.
const AUTH: usize = 16;
/// Length of a private key.
const SCALAR: usize = 32;

/// Salt, record size, and the length of what follows them (RFC 8188).
const HEAD: usize = 16 + 4 + 1;
/// A delimiter and a tag.
const LEAST_RECORD: usize = 1 + 16;

/// The keys of one subscription. Never shown.
#[derive(Clone)]
pub struct Keys {
    secret: SecretKey,
    auth: Auth,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys(…)")
    }
}

impl Keys {
    /// New keys, from the operating system's randomness.
    ///
    /// # Errors
    /// [`Error::Random`].
    pub fn make() -> Result<Self, Error> {
        let mut auth = [0; AUTH];
        getrandom::fill(&mut auth).map_err(|_| Error::Random)?;
        loop {
            let mut scalar = [0; SCALAR];
            getrandom::fill(&mut scalar).map_err(|_| Error::Random)?;
            // All but one in 2^32 fit the curve's order.
            if let Ok(secret) = SecretKey::from_slice(&scalar) {
                return Ok(Self {
                    secret,
                    auth: Auth::clone_from_slice(&auth),
                });
            }
        }
    }

    /// Keys as [`Keys::secret`] and [`Keys::auth`] gave them; none when they are no keys.
    #[must_use]
    pub fn read(secret: &str, auth: &str) -> Option<Self> {
        let (secret, auth) = (
            URL_SAFE_NO_PAD.decode(secret).ok()?,
            URL_SAFE_NO_PAD.decode(auth).ok()?,
        );
        (auth.len() == AUTH).then_some(())?;
        Some(Self {
            secret: SecretKey::from_slice(&secret).ok()?,
            auth: Auth::clone_from_slice(&auth),
        })
    }

    /// The private key, base64url without padding: for the device's own file alone.
    #[must_use]
    pub fn secret(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.secret.to_bytes())
    }

    /// The secret that messages are authenticated by, base64url without padding: for the server.
    #[must_use]
    pub fn auth(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.auth)
    }

    /// The public key, uncompressed, base64url without padding: for the server.
    #[must_use]
    pub fn p256dh(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.secret.public_key().to_encoded_point(false).as_bytes())
    }

    /// What a server encrypted for these keys.
    ///
    /// # Errors
    /// [`Error::NotForUs`].
    pub fn decrypt(&self, message: Vec<u8>) -> Result<Vec<u8>, Error> {
        // Without a record there is nothing that only the server could have made.
        let key_id = message.get(HEAD - 1).map_or(0, |&length| usize::from(length));
        if message.len() < HEAD + key_id + LEAST_RECORD {
            return Err(Error::NotForUs);
        }
        web_push_native::decrypt(message, &self.secret, &self.auth).map_err(|_| Error::NotForUs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use web_push_native::p256::PublicKey;

    /// As a server does it: from the two values that it was given.
    fn encrypted(text: &str, keys: &Keys) -> Vec<u8> {
        let public = URL_SAFE_NO_PAD.decode(keys.p256dh()).unwrap();
        let auth = URL_SAFE_NO_PAD.decode(keys.auth()).unwrap();
        let public = PublicKey::from_sec1_bytes(&public).unwrap();
        web_push_native::encrypt(text.into(), &public, &Auth::clone_from_slice(&auth)).unwrap()
    }

    #[test]
    fn what_is_encrypted_for_the_phone_only_the_phone_reads() {
        let (phone, laptop) = (Keys::make().unwrap(), Keys::make().unwrap());
        let message = encrypted("wake", &phone);
        assert_eq!(phone.decrypt(message.clone()).unwrap(), b"wake");
        assert!(matches!(laptop.decrypt(message.clone()), Err(Error::NotForUs)));
        for cut in 0..message.len() {
            assert!(phone.decrypt(message[..cut].to_vec()).is_err(), "{cut}");
        }
        let mut changed = message;
        *changed.last_mut().unwrap() ^= 1;
        assert!(phone.decrypt(changed).is_err());
    }

    #[test]
    fn the_example_of_rfc_8291_is_read() {
        let keys = Keys::read(
            "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94",
            "BTBZMqHH6r4Tts7J_aSIgg",
        )
        .unwrap();
        assert_eq!(
            keys.p256dh(),
            "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
        );
        let message = URL_SAFE_NO_PAD
            .decode(
                "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN",
            )
            .unwrap();
        let read = keys.decrypt(message).unwrap();
        assert_eq!(read, b"When I grow up, I want to be a watermelon");
    }

    #[test]
    fn keys_are_the_same_after_they_were_kept_and_no_keys_are_none() {
        let keys = Keys::make().unwrap();
        let again = Keys::read(&keys.secret(), &keys.auth()).unwrap();
        assert_eq!(again.p256dh(), keys.p256dh());
        assert!(!format!("{keys:?}").contains(&keys.auth()));
        for (secret, auth) in [
            ("", ""),
            ("AAAA", &keys.auth()),
            (&keys.secret(), "AAAA"),
            ("*", "*"),
        ] {
            assert!(Keys::read(secret, auth).is_none());
        }
        let zero = URL_SAFE_NO_PAD.encode([0; SCALAR]);
        assert!(Keys::read(&zero, &keys.auth()).is_none());
    }
}
