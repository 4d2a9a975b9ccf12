//! Frames on the pipes between a pool and its workers: a length of four bytes, then JSON.

use std::io::{self, Read, Write};

use serde::{Serialize, de::DeserializeOwned};

/// Largest frame, in bytes.
const FRAME_BYTES_MAX: usize = 8 * 1_024 * 1_024;
/// Says that what follows are frames; whatever came before is skipped.
const GREETING: &[u8] = b"\nevident-script-worker-1\n";
/// Most bytes before the greeting.
const NOISE_BYTES_MAX: usize = 65_536;

/// Says that frames follow.
///
/// # Errors
/// If the pipe is broken.
pub(crate) fn greet(pipe: &mut impl Write) -> io::Result<()> {
    pipe.write_all(GREETING)?;
    pipe.flush()
}

/// Skips to where frames begin.
///
/// # Errors
/// If the pipe is broken, or nobody greets.
pub(crate) fn await_greeting(pipe: &mut impl Read) -> io::Result<()> {
    let mut seen = Vec::with_capacity(GREETING.len());
    let mut byte = [0];
    while seen.len() < NOISE_BYTES_MAX {
        pipe.read_exact(&mut byte)?;
        seen.extend(byte);
        if seen.ends_with(GREETING) {
            return Ok(());
        }
    }
    Err(io::ErrorKind::InvalidData.into())
}

/// Writes a frame.
///
/// # Errors
/// If the pipe is broken or the value too large.
pub(crate) fn write(pipe: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    let bytes = serde_json::to_vec(value)?;
    let length = u32::try_from(bytes.len()).ok().filter(|_| bytes.len() <= FRAME_BYTES_MAX);
    let length = length.ok_or(io::ErrorKind::InvalidData)?;
    pipe.write_all(&length.to_le_bytes())?;
    pipe.write_all(&bytes)?;
    pipe.flush()
}

/// Reads a frame; `None` at the end of the pipe.
///
/// # Errors
/// If the pipe is broken or the frame is none.
pub(crate) fn read<T: DeserializeOwned>(pipe: &mut impl Read) -> io::Result<Option<T>> {
    let mut length = [0; 4];
    match pipe.read_exact(&mut length) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        Err(error) => return Err(error),
    }
    let length = u32::from_le_bytes(length);
    if usize::try_from(length).is_ok_and(|length| length > FRAME_BYTES_MAX) {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut bytes = Vec::new();
    pipe.take(u64::from(length)).read_to_end(&mut bytes)?;
    Ok(Some(serde_json::from_slice(&bytes)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_read_as_it_was_written_and_noise_before_the_greeting_is_skipped() {
        let mut pipe = b"running 1 test\n".to_vec();
        greet(&mut pipe).unwrap();
        write(&mut pipe, &"text").unwrap();
        let mut rest = pipe.as_slice();
        await_greeting(&mut rest).unwrap();
        assert_eq!(read::<String>(&mut rest).unwrap().as_deref(), Some("text"));
        assert_eq!(read::<String>(&mut rest).unwrap(), None);
    }

    #[test]
    fn a_length_beyond_the_limit_is_refused_before_anything_is_read() {
        let mut pipe: &[u8] = &[0xff, 0xff, 0xff, 0xff, b'"'];
        assert!(read::<String>(&mut pipe).is_err());
        let endless = vec![b'x'; NOISE_BYTES_MAX + 1];
        assert!(await_greeting(&mut endless.as_slice()).is_err());
    }
}
