//! A picture with everything that may hold a secret covered, and the proof that it is.
//!
//! Three commands: the boxes are put into the page, the picture is taken, the boxes are taken away. A box counts only where
//! each of its pixels has its colour in the picture and nothing moved meanwhile; otherwise there is no picture.

use std::sync::OnceLock;
use std::time::Duration;

use image::ImageFormat;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use super::agent::call_of_script;
use super::binary::Kind;
use super::error::Fault;
use super::page::{Mask, PageError, Photo, Rect};
use super::said::{self, Said};
use super::shot;
use super::tab::DrivenPage;
use super::wire::Command;

/// How often a picture is taken anew where something moved.
const TRIES: u32 = 4;
/// How long to wait before the next one.
const BETWEEN: Duration = Duration::from_millis(120);

/// What lies in the page while the picture is taken.
#[derive(Debug, Deserialize)]
struct Cover {
    /// Width and height of the viewport and where it lies on the page, in CSS pixels.
    view: [f64; 4],
    boxes: Vec<Covered>,
    /// Why there must be no picture.
    refused: Option<String>,
    /// What the document says, where something was typed in the session.
    said: Option<Said>,
}

/// One covered element.
#[derive(Debug, Clone, Deserialize)]
struct Covered {
    #[serde(flatten)]
    rect: Rect,
    selector: String,
    why: String,
}

/// What was seen after the picture was taken.
#[derive(Debug, Deserialize)]
struct Uncover {
    moved: Option<String>,
    refused: Option<String>,
    said: Option<Said>,
}

/// Takes it. See [`super::page::Page::shot`].
pub(super) async fn photo(page: &mut DrivenPage, clip: Option<Rect>) -> Result<Photo, PageError> {
    let mut why = String::new();
    for turn in 0..TRIES {
        if turn > 0 {
            tokio::time::sleep(BETWEEN).await;
        }
        match once(page, clip).await? {
            Ok(photo) => return Ok(photo),
            Err(moved) => why = moved,
        }
    }
    Err(PageError::Unproved(why))
}

/// One try; the inner error says what moved, so that another one may do.
async fn once(page: &mut DrivenPage, clip: Option<Rect>) -> Result<Result<Photo, String>, PageError> {
    let cover: Cover = match ask(page, true).await? {
        Some(cover) => cover,
        None => return Ok(Err("the document went away".to_owned())),
    };
    allowed(page, cover.refused, cover.said)?;
    let [width, height, ..] = cover.view;
    // What is meant may have been scrolled out of view: then all that is in view is the proof that there is.
    let part = clip.and_then(|rect| shot::inside(rect, width, height));
    let frame = part.unwrap_or(Rect { x: 0.0, y: 0.0, width, height });
    // The boxes are taken away whatever became of the picture.
    let taken = take(page, part, cover.view).await;
    let after: Option<Uncover> = ask(page, false).await?;
    let Some(after) = after else { return Ok(Err("the document went away".to_owned())) };
    let png = taken?;
    allowed(page, after.refused, after.said)?;
    if let Some(moved) = after.moved {
        return Ok(Err(moved));
    }
    let proved = tokio::task::spawn_blocking(move || prove(png, frame, &cover.boxes)).await;
    proved.unwrap_or_else(|error| Err(PageError::Garbled(error.to_string())))
}

/// Refuses where no picture of what the page says may be kept.
fn allowed(page: &DrivenPage, refused: Option<String>, said: Option<Said>) -> Result<(), PageError> {
    if let Some(said) = said {
        said::picture(&page.typed, &said).or_error()?;
    }
    refused.map_or(Ok(()), |why| Err(PageError::Unproved(why)))
}

/// Puts the boxes into the page, or takes them away; none where the document went away meanwhile.
async fn ask<T: DeserializeOwned>(page: &mut DrivenPage, cover: bool) -> Result<Option<T>, PageError> {
    static SCRIPT: OnceLock<String> = OnceLock::new();
    let script = SCRIPT.get_or_init(|| call_of_script(include_str!("mask.js")));
    let envelope = json!({
        "secret": page.secret,
        "masks": page.masks,
        "says": !page.typed.is_empty(),
        "cover": cover,
    });
    match page.ask(Command::script(script, &json!([envelope])), page.deadlines.command).await {
        Ok(serde_json::Value::Null) | Err(Fault::Cut) => Ok(None),
        Ok(answer) => serde_json::from_value(answer).map(Some).map_err(|error| PageError::Garbled(error.to_string())),
        Err(fault) => Err(fault.into()),
    }
}

/// The bytes of the picture.
async fn take(page: &mut DrivenPage, clip: Option<Rect>, view: [f64; 4]) -> Result<Vec<u8>, PageError> {
    let [width, _, x, y] = view;
    let Some(rect) = clip else {
        return shot::bytes(&page.send(shot::viewport()).await?);
    };
    if page.kind == Kind::Chrome
        && let Ok(value) = page.send(shot::clipped(rect, (x, y))).await
    {
        return shot::bytes(&value);
    }
    let whole = shot::bytes(&page.send(shot::viewport()).await?)?;
    let part = tokio::task::spawn_blocking(move || shot::crop(&whole, rect, width)).await;
    part.unwrap_or_else(|error| Err(PageError::Garbled(error.to_string())))
}

/// Holds each box against the picture of `frame`. Decoding takes long: call it where blocking is allowed.
fn prove(png: Vec<u8>, frame: Rect, boxes: &[Covered]) -> Result<Result<Photo, String>, PageError> {
    if boxes.is_empty() {
        return Ok(Ok(Photo { png, masks: vec![] }));
    }
    let garbled = |error: image::ImageError| PageError::Garbled(format!("a screenshot: {error}"));
    let picture = image::load_from_memory_with_format(&png, ImageFormat::Png).map_err(garbled)?.into_rgba8();
    let (width, height) = picture.dimensions();
    let scale = (f64::from(width) / frame.width.max(1.0), f64::from(height) / frame.height.max(1.0));
    let mut masks = Vec::new();
    for Covered { rect, selector, why } in boxes {
        let Some(within) = pixels(*rect, frame, scale, (width, height)) else { continue };
        let (left, top, wide, high) = within;
        let black =
            (top..top + high).all(|y| (left..left + wide).all(|x| picture.get_pixel(x, y).0 == [0, 0, 0, u8::MAX]));
        if !black {
            return Ok(Err(format!("the cover over {why} is not whole in the picture")));
        }
        masks.push(Mask { rect: within, selector: selector.clone(), why: why.clone() });
    }
    Ok(Ok(Photo { png, masks }))
}

/// Where an element lies in the picture, one pixel more on each side; none where it is outside.
fn pixels(rect: Rect, frame: Rect, scale: (f64, f64), size: (u32, u32)) -> Option<(u32, u32, u32, u32)> {
    let left = shot::pixels(((rect.x - frame.x) * scale.0).floor() - 1.0);
    let top = shot::pixels(((rect.y - frame.y) * scale.1).floor() - 1.0);
    let right = shot::pixels(((rect.x + rect.width - frame.x) * scale.0).ceil() + 1.0).min(size.0);
    let bottom = shot::pixels(((rect.y + rect.height - frame.y) * scale.1).ceil() + 1.0).min(size.1);
    (left < right && top < bottom).then(|| (left, top, right - left, bottom - top))
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    /// White, with a black part.
    fn picture(size: (u32, u32), black: (u32, u32, u32, u32)) -> Vec<u8> {
        let (left, top, wide, high) = black;
        let image = image::RgbImage::from_fn(size.0, size.1, |x, y| {
            let in_it = (left..left + wide).contains(&x) && (top..top + high).contains(&y);
            image::Rgb([if in_it { 0 } else { 255 }; 3])
        });
        let mut out = Cursor::new(Vec::new());
        image.write_to(&mut out, ImageFormat::Png).unwrap();
        out.into_inner()
    }

    fn field(x: f64, y: f64, width: f64, height: f64) -> Covered {
        let rect = Rect { x, y, width, height };
        Covered { rect, selector: "input".to_owned(), why: "a field".to_owned() }
    }

    #[test]
    fn a_cover_is_proved_by_every_pixel_of_the_element_and_one_around_it() {
        let frame = Rect { x: 0.0, y: 0.0, width: 100.0, height: 50.0 };
        let png = picture((200, 100), (36, 16, 48, 28));
        let photo = prove(png.clone(), frame, &[field(20.0, 10.0, 20.0, 10.0)]).unwrap().unwrap();
        assert_eq!(photo.masks[0].rect, (39, 19, 42, 22));
        for hole in [(36, 16, 47, 26), (36, 20, 48, 24), (40, 16, 44, 28)] {
            let short = prove(picture((200, 100), hole), frame, &[field(20.0, 10.0, 22.0, 12.0)]).unwrap();
            assert!(short.is_err(), "{hole:?}");
        }
    }

    #[test]
    fn in_a_clipped_picture_only_what_is_in_it_is_held_against_it() {
        let frame = Rect { x: 30.0, y: 0.0, width: 50.0, height: 50.0 };
        let png = picture((50, 50), (0, 5, 14, 20));
        let both = [field(20.0, 10.0, 20.0, 10.0), field(0.0, 0.0, 10.0, 10.0)];
        let photo = prove(png, frame, &both).unwrap().unwrap();
        assert_eq!(photo.masks.len(), 1);
        assert_eq!(photo.masks[0].rect, (0, 9, 11, 12));
    }
}
