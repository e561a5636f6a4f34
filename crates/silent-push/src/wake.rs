//! An app that is woken without a window: what it is handed, what it answers, and the entries of its library that
//! Android (JNI) and iOS (C) call. Linux starts the app's program instead: see `unified::headless`.

use std::path::PathBuf;
use std::time::Duration;

/// What an app is handed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wake {
    /// Where the app keeps its data, where the platform says so.
    pub data_dir: PathBuf,
    /// A timer of the system woke it, and no push.
    pub is_timer: bool,
    /// What the server sent, decrypted; empty for a timer.
    pub payload: Vec<u8>,
    /// How long the app may take.
    pub deadline: Duration,
}

/// What came of it: the truth, as a system that is told otherwise wakes the app at other times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(i32)]
pub enum Answer {
    /// There was nothing new.
    NoNews = 0,
    /// Something new came.
    News = 1,
    /// It could not be done now; trying again may help.
    Retry = 2,
}

impl Answer {
    /// Its number in Kotlin and Swift.
    #[must_use]
    pub fn number(self) -> i32 {
        match self {
            Self::NoNews => 0,
            Self::News => 1,
            Self::Retry => 2,
        }
    }
}

/// Makes the entries of the app's library: `export_wake!(path::to::function)` in the crate that is the library. The
/// function takes a [`Wake`] and gives an [`Answer`]; it blocks. On a desktop it makes nothing.
#[macro_export]
macro_rules! export_wake {
    ($function:path) => {
        #[cfg(target_os = "android")]
        const _: () = {
            #[unsafe(no_mangle)]
            extern "system" fn Java_app_silentpush_Native_wake(
                mut env: $crate::jni::JNIEnv<'_>,
                _: $crate::jni::objects::JClass<'_>,
                data_dir: $crate::jni::objects::JString<'_>,
                is_timer: $crate::jni::sys::jboolean,
                payload: $crate::jni::objects::JByteArray<'_>,
                deadline_millis: $crate::jni::sys::jlong,
            ) -> $crate::jni::sys::jint {
                let wake = $crate::wake::android(&mut env, &data_dir, is_timer, &payload, deadline_millis);
                $crate::wake::answered(wake, $function)
            }
        };

        #[cfg(target_os = "ios")]
        const _: () = {
            #[unsafe(no_mangle)]
            extern "C" fn silent_push_wake(
                data_dir: *const ::core::ffi::c_char,
                is_timer: bool,
                payload: *const u8,
                payload_length: usize,
                deadline_millis: u64,
            ) -> i32 {
                // SAFETY: the Swift part hands over a text that ends with NUL and as many bytes as it says, and keeps both
                // until this returns.
                let (data_dir, payload) = unsafe {
                    let payload = if payload.is_null() {
                        &[][..]
                    } else {
                        ::core::slice::from_raw_parts(payload, payload_length)
                    };
                    (::core::ffi::CStr::from_ptr(data_dir), payload)
                };
                let wake = $crate::wake::ios(data_dir, is_timer, payload, deadline_millis);
                $crate::wake::answered(wake, $function)
            }
        };

        #[cfg(not(any(target_os = "android", target_os = "ios")))]
        const _: fn(&$crate::Wake) -> $crate::Answer = $function;
    };
}

/// Calls the app; a wake that can't be read, or a panic, is no reason to end the system's process.
#[must_use]
pub fn answered(wake: Option<Wake>, app: fn(&Wake) -> Answer) -> i32 {
    let Some(wake) = wake else {
        return Answer::Retry.number();
    };
    std::panic::catch_unwind(|| app(&wake))
        .unwrap_or(Answer::Retry)
        .number()
}

/// A wake as Kotlin hands it over; none when it can't be read.
#[cfg(target_os = "android")]
#[must_use]
pub fn android(
    env: &mut jni::JNIEnv<'_>,
    data_dir: &jni::objects::JString<'_>,
    is_timer: jni::sys::jboolean,
    payload: &jni::objects::JByteArray<'_>,
    deadline_millis: jni::sys::jlong,
) -> Option<Wake> {
    Some(Wake {
        data_dir: PathBuf::from(String::from(env.get_string(data_dir).ok()?)),
        is_timer: is_timer != 0,
        payload: env.convert_byte_array(payload).ok()?,
        deadline: Duration::from_millis(deadline_millis.try_into().ok()?),
    })
}

/// A wake as Swift hands it over; none when it can't be read.
#[cfg(target_os = "ios")]
#[must_use]
pub fn ios(data_dir: &std::ffi::CStr, is_timer: bool, payload: &[u8], deadline_millis: u64) -> Option<Wake> {
    Some(Wake {
        data_dir: PathBuf::from(data_dir.to_str().ok()?),
        is_timer,
        payload: payload.to_vec(),
        deadline: Duration::from_millis(deadline_millis),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wake() -> Wake {
        Wake {
            data_dir: "/data".into(),
            is_timer: false,
            payload: b"{}".to_vec(),
            deadline: Duration::from_secs(1),
        }
    }

    fn news(wake: &Wake) -> Answer {
        assert_eq!(wake.payload, b"{}");
        Answer::News
    }

    fn broken(_: &Wake) -> Answer {
        panic!("as apps sometimes do")
    }

    export_wake!(news);

    #[test]
    fn the_system_is_told_the_truth_and_never_ended() {
        assert_eq!(answered(Some(wake()), news), 1);
        assert_eq!(answered(Some(wake()), broken), 2);
        assert_eq!(answered(None, news), 2);
        assert_eq!(answered(Some(wake()), |_| Answer::NoNews), 0);
    }
}
