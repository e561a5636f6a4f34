//! Reads a value from JSON by what stands there, in one pass. (A derived untagged enum would keep each value aside and
//! try one kind after the other; a first pull reads hundreds of thousands of values.)

use super::Value;
use serde::de::{self, Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::fmt;

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyValue)
    }
}

struct AnyValue;

impl<'de> Visitor<'de> for AnyValue {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("null, true, false, a number, a text, a list of texts, or {lat, lon}")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_bool<E>(self, yes: bool) -> Result<Value, E> {
        Ok(Value::Boolean(yes))
    }

    fn visit_i64<E>(self, whole: i64) -> Result<Value, E> {
        Ok(Value::Integer(whole))
    }

    fn visit_u64<E>(self, whole: u64) -> Result<Value, E> {
        #[expect(clippy::cast_precision_loss, reason = "no integer column takes it anyway")]
        Ok(i64::try_from(whole).map_or(Value::Real(whole as f64), Value::Integer))
    }

    fn visit_f64<E>(self, real: f64) -> Result<Value, E> {
        Ok(Value::Real(real))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(Value::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(text) = seq.next_element()? {
            list.push(text);
        }
        Ok(Value::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let (mut lat, mut lon) = (None, None);
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "lat" => lat = Some(map.next_value()?),
                "lon" => lon = Some(map.next_value()?),
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        match (lat, lon) {
            (Some(lat), Some(lon)) => Ok(Value::Location { lat, lon }),
            (None, _) => Err(de::Error::missing_field("lat")),
            (_, None) => Err(de::Error::missing_field("lon")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_json_is_one_value() {
        let read = |json: &str| serde_json::from_str::<Value>(json).ok();
        for (json, value) in [
            ("null", Value::Null),
            ("true", Value::Boolean(true)),
            ("-7", Value::Integer(-7)),
            ("9223372036854775807", Value::Integer(i64::MAX)),
            ("9223372036854775808", Value::Real(9_223_372_036_854_775_808.0)),
            ("7.0", Value::Real(7.0)),
            ("1e3", Value::Real(1000.0)),
            (r#""2026-11-23""#, Value::from("2026-11-23")),
            (r#""a\u00e4\n""#, Value::from("aä\n")),
            ("[]", Value::List(Vec::new())),
            (r#"["a","b"]"#, Value::List(vec!["a".into(), "b".into()])),
            (r#"{"lon":2,"lat":1.5}"#, Value::Location { lat: 1.5, lon: 2.0 }),
            (
                r#"{"lat":1,"alt":[3],"lon":2}"#,
                Value::Location { lat: 1.0, lon: 2.0 },
            ),
        ] {
            assert_eq!(read(json), Some(value), "{json}");
        }
        for json in [
            "[1]",
            "[[]]",
            "{}",
            r#"{"lat":1}"#,
            r#"{"lat":"1","lon":2}"#,
            "1e999",
        ] {
            assert_eq!(read(json), None, "{json}");
        }
    }

    #[test]
    fn what_is_no_value_is_told_what_would_be() {
        let error = serde_json::from_str::<Value>("{}").unwrap_err().to_string();
        assert!(error.contains("missing field `lat`"), "{error}");
        let back = serde_json::from_value::<Value>(serde_json::json!({"lat": 1, "lon": 2}));
        assert_eq!(back.unwrap(), Value::Location { lat: 1.0, lon: 2.0 });
    }
}
