//! Reads a picture back: whether it is one, to its last row, and how large it is.

use std::io::Cursor;

use image::{ImageDecoder as _, ImageFormat, ImageReader, Limits};

/// No viewport and no row of a page is wider or higher.
const MAX_SIDE: u32 = 16_384;
/// What the decoder may take: a picture of 8,192 × 8,192 points, with room for its working memory.
const MAX_MEMORY: u64 = 320 * 1024 * 1024;

/// What a picture's bytes say about themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Picture {
    pub(super) ending: &'static str,
    pub(super) media_type: &'static str,
    pub(super) width: u32,
    pub(super) height: u32,
}

/// Decodes the whole picture, so that a cut or damaged one is found while it can still be taken again.
pub(super) fn decode(bytes: &[u8]) -> Result<Picture, String> {
    let picture = header(bytes)?;
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|error| error.to_string())?;
    reader.limits(limits());
    reader.decode().map_err(|error| error.to_string())?;
    Ok(picture)
}

/// Decodes the whole picture into its points, without transparency.
pub(super) fn points(bytes: &[u8]) -> Result<image::RgbImage, String> {
    header(bytes)?;
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|error| error.to_string())?;
    reader.limits(limits());
    Ok(reader.decode().map_err(|error| error.to_string())?.into_rgb8())
}

/// Writes points as PNG.
pub(super) fn png(points: &image::RgbImage) -> Result<Vec<u8>, String> {
    let mut bytes = Cursor::new(Vec::new());
    points.write_to(&mut bytes, ImageFormat::Png).map_err(|error| error.to_string())?;
    Ok(bytes.into_inner())
}

/// Reads format and size only.
pub(super) fn header(bytes: &[u8]) -> Result<Picture, String> {
    let (ending, media_type) = match image::guess_format(bytes) {
        Ok(ImageFormat::Png) => ("png", "image/png"),
        Ok(ImageFormat::Jpeg) => ("jpg", "image/jpeg"),
        _ => return Err("neither signature is there".to_owned()),
    };
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|error| error.to_string())?;
    reader.limits(limits());
    let (width, height) = reader.into_decoder().map_err(|error| error.to_string())?.dimensions();
    Ok(Picture { ending, media_type, width, height })
}

fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_MEMORY);
    limits
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A small picture in which every shade gives other bytes.
    pub(crate) fn png(width: u32, height: u32, shade: u8) -> Vec<u8> {
        let pixels = image::RgbImage::from_fn(width, height, |x, y| image::Rgb([shade, x as u8, y as u8]));
        let mut bytes = Cursor::new(Vec::new());
        pixels.write_to(&mut bytes, ImageFormat::Png).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn a_picture_is_read_to_its_end() {
        let bytes = png(7, 5, 9);
        let picture = decode(&bytes).unwrap();
        assert_eq!((picture.width, picture.height, picture.ending), (7, 5, "png"));
        assert!(decode(&bytes[..bytes.len() - 20]).is_err(), "a cut picture passed");
        for no_picture in [&b""[..], b"<html>", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF89a"] {
            assert!(decode(no_picture).is_err(), "{no_picture:?}");
        }
    }

    #[test]
    fn a_jpeg_is_a_picture_too() {
        let mut bytes = Cursor::new(Vec::new());
        image::RgbImage::new(9, 4).write_to(&mut bytes, ImageFormat::Jpeg).unwrap();
        let picture = decode(&bytes.into_inner()).unwrap();
        assert_eq!((picture.width, picture.height, picture.ending, picture.media_type), (9, 4, "jpg", "image/jpeg"));
    }

    #[test]
    fn a_picture_that_claims_to_be_huge_is_refused() {
        let mut bytes = png(2, 2, 0);
        bytes[16..20].copy_from_slice(&100_000_u32.to_be_bytes());
        assert!(decode(&bytes).is_err());
    }
}
