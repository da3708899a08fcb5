//! Pictures of what is visible, as PNG, clipped to a rectangle of the viewport.

use std::io::Cursor;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use image::ImageFormat;
use serde_json::{Value, json};

use super::page::{PageError, Rect};
use super::wire::Command;

/// Chromium's way to take a picture of a part of the viewport. `scroll` is where the viewport lies on the page.
pub(super) fn clipped(rect: Rect, scroll: (f64, f64)) -> Command {
    let clip = json!({
        "x": rect.x + scroll.0, "y": rect.y + scroll.1, "width": rect.width, "height": rect.height, "scale": 1,
    });
    let params = json!({"format": "png", "clip": clip, "captureBeyondViewport": false});
    Command::post("goog/cdp/execute", &json!({"cmd": "Page.captureScreenshot", "params": params}))
}

/// The whole viewport, in every browser.
pub(super) fn viewport() -> Command {
    Command::get("screenshot")
}

/// The bytes of an answer to [`clipped`] or [`viewport`].
///
/// # Errors
/// It is no picture.
pub(super) fn bytes(value: &Value) -> Result<Vec<u8>, PageError> {
    let text = value.as_str().or_else(|| value.get("data").and_then(Value::as_str));
    let text = text.ok_or_else(|| PageError::Garbled("a screenshot without data".to_owned()))?;
    let bytes = STANDARD.decode(text.trim()).map_err(|error| PageError::Garbled(format!("a screenshot: {error}")))?;
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") { Ok(bytes) } else { Err(PageError::Garbled("no PNG".to_owned())) }
}

/// The part of `rect` that lies in a viewport of this size; none where nothing of it does.
pub(super) fn inside(rect: Rect, width: f64, height: f64) -> Option<Rect> {
    let left = rect.x.max(0.0);
    let top = rect.y.max(0.0);
    let right = (rect.x + rect.width).min(width);
    let bottom = (rect.y + rect.height).min(height);
    (right - left >= 1.0 && bottom - top >= 1.0).then_some(Rect {
        x: left,
        y: top,
        width: right - left,
        height: bottom - top,
    })
}

/// Cuts a rectangle out of a picture of a viewport that is `width` CSS pixels wide. Decoding takes long: call it where
/// blocking is allowed.
///
/// # Errors
/// The bytes are no picture.
pub(super) fn crop(png: &[u8], rect: Rect, width: f64) -> Result<Vec<u8>, PageError> {
    let garbled = |error: image::ImageError| PageError::Garbled(format!("a screenshot: {error}"));
    let whole = image::load_from_memory_with_format(png, ImageFormat::Png).map_err(garbled)?;
    let scale = f64::from(whole.width()) / width.max(1.0);
    let x = pixels(rect.x * scale).min(whole.width().saturating_sub(1));
    let y = pixels(rect.y * scale).min(whole.height().saturating_sub(1));
    let part = whole.crop_imm(
        x,
        y,
        pixels(rect.width * scale).clamp(1, whole.width() - x),
        pixels(rect.height * scale).clamp(1, whole.height() - y),
    );
    let mut out = Cursor::new(Vec::new());
    part.write_to(&mut out, ImageFormat::Png).map_err(garbled)?;
    Ok(out.into_inner())
}

/// A length in whole pixels; what is out of range becomes the nearest that is in it.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the value was clamped to the range of u32"
)]
pub(super) fn pixels(length: f64) -> u32 {
    length.round().clamp(0.0, f64::from(u32::MAX)) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(width: u32, height: u32) -> Vec<u8> {
        let image = image::RgbImage::from_fn(width, height, |x, y| {
            image::Rgb([u8::try_from(x % 256).unwrap(), u8::try_from(y % 256).unwrap(), 0])
        });
        let mut out = Cursor::new(Vec::new());
        image.write_to(&mut out, ImageFormat::Png).unwrap();
        out.into_inner()
    }

    #[test]
    fn a_crop_scales_with_the_pixels_of_the_screen() {
        let rect = Rect { x: 10.0, y: 5.0, width: 20.0, height: 10.0 };
        let part = image::load_from_memory(&crop(&picture(200, 100), rect, 100.0).unwrap()).unwrap().to_rgb8();
        assert_eq!((part.width(), part.height()), (40, 20));
        assert_eq!(part.get_pixel(0, 0).0, [20, 10, 0]);
    }

    #[test]
    fn a_rectangle_outside_the_viewport_is_none() {
        let rect = Rect { x: -50.0, y: 0.0, width: 40.0, height: 10.0 };
        assert_eq!(inside(rect, 100.0, 100.0), None);
        let half = Rect { x: 90.0, y: 95.0, width: 40.0, height: 10.0 };
        assert_eq!(inside(half, 100.0, 100.0), Some(Rect { x: 90.0, y: 95.0, width: 10.0, height: 5.0 }));
    }

    #[test]
    fn what_is_no_picture_is_told() {
        assert!(bytes(&json!("aGVsbG8=")).is_err());
        assert!(bytes(&json!({})).is_err());
    }
}
