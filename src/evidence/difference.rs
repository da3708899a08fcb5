//! How two pictures of one page differ, and a picture of that.
//!
//! A point differs when nothing like it is at its place or right beside it in the other picture, seen from either side: what
//! moved by one point, and what was smoothed in another way, is the same. Covered parts of either picture are left out.

use image::{Rgb, RgbImage};

use super::picture;
use crate::event::comparison::Difference;

/// How far apart the colours of like points may be, in each of red, green and blue.
const TOLERANCE: u8 = 40;
/// What covers a covered part of either picture.
const COVER: Rgb<u8> = Rgb([96, 96, 96]);
/// What marks a point that differs.
const MARK: Rgb<u8> = Rgb([200, 16, 64]);

/// A picture and what is covered in it.
#[derive(Debug, Clone, Copy)]
pub struct Covered<'a> {
    /// PNG or JPEG.
    pub picture: &'a [u8],
    /// Left, top, width and height in points of the picture.
    pub rects: &'a [(u32, u32, u32, u32)],
}

/// Compares what both pictures have; answers the difference and a picture of it as PNG, where there is one to show: the new
/// page, pale, with what differs in red and what either picture covers in grey.
///
/// # Errors
/// One of them is no picture; the decoder's words.
pub fn difference(then: Covered<'_>, now: Covered<'_>) -> Result<(Difference, Option<Vec<u8>>), String> {
    let (old, new) = (picture::points(then.picture)?, picture::points(now.picture)?);
    let (width, height) = (old.width().min(new.width()), old.height().min(new.height()));
    let mut shown = RgbImage::new(width, height);
    let (mut compared, mut differing) = (0_u64, 0_u64);
    let covered = |x: u32, y: u32| [then.rects, now.rects].iter().any(|rects| is_covered(rects, x, y));
    let has_covers = !then.rects.is_empty() || !now.rects.is_empty();
    for (x, y, point) in shown.enumerate_pixels_mut() {
        if has_covers && covered(x, y) {
            *point = COVER;
            continue;
        }
        compared += 1;
        let (a, b) = (old.get_pixel(x, y), new.get_pixel(x, y));
        let differs = a != b && !(is_near(a, &new, x, y) && is_near(b, &old, x, y));
        differing += u64::from(differs);
        *point = if differs { MARK } else { pale(b) };
    }
    let of_a_million = u32::try_from(differing * 1_000_000 / compared.max(1)).unwrap_or(u32::MAX);
    // One point of a large picture is not nothing.
    let of_a_million = if differing > 0 { of_a_million.max(1) } else { 0 };
    let sizes = (old.dimensions(), new.dimensions());
    let difference = Difference { of_a_million, compared, then: sizes.0, now: sizes.1, shot: None };
    let png = if differing > 0 { Some(picture::png(&shown)?) } else { None };
    Ok((difference, png))
}

fn is_covered(rects: &[(u32, u32, u32, u32)], x: u32, y: u32) -> bool {
    rects.iter().any(|(left, top, width, height)| {
        (*left..left.saturating_add(*width)).contains(&x) && (*top..top.saturating_add(*height)).contains(&y)
    })
}

/// Whether something like a point is at its place or right beside it.
fn is_near(point: &Rgb<u8>, other: &RgbImage, x: u32, y: u32) -> bool {
    let rows = y.saturating_sub(1)..=(y + 1).min(other.height() - 1);
    let mut beside =
        rows.flat_map(|row| (x.saturating_sub(1)..=(x + 1).min(other.width() - 1)).map(move |at| (at, row)));
    beside.any(|(at, row)| {
        let there = other.get_pixel(at, row);
        point.0.iter().zip(there.0).all(|(a, b)| a.abs_diff(b) <= TOLERANCE)
    })
}

/// A grey light enough for red to stand out, dark enough to recognise the page by.
fn pale(point: &Rgb<u8>) -> Rgb<u8> {
    let [r, g, b] = point.0.map(u32::from);
    let grey = (r * 299 + g * 587 + b * 114) / 1_000;
    let pale = u8::try_from(170 + grey / 3).unwrap_or(u8::MAX);
    Rgb([pale; 3])
}

#[cfg(test)]
mod tests {
    use super::*;

    type Rects = Vec<(u32, u32, u32, u32)>;

    /// White, with dark boxes.
    fn page(size: (u32, u32), boxes: &[(u32, u32, u32, u32)]) -> Vec<u8> {
        let dark = |x, y| is_covered(boxes, x, y);
        let points = RgbImage::from_fn(size.0, size.1, |x, y| if dark(x, y) { Rgb([20; 3]) } else { Rgb([255; 3]) });
        picture::png(&points).unwrap()
    }

    fn compared(then: (&[u8], Rects), now: (&[u8], Rects)) -> (Difference, Option<RgbImage>) {
        let side = |picture, rects| Covered { picture, rects };
        let (difference, png) = difference(side(then.0, &then.1), side(now.0, &now.1)).unwrap();
        (difference, png.map(|png| picture::points(&png).unwrap()))
    }

    #[test]
    fn the_same_page_does_not_differ_and_has_nothing_to_show() {
        let one = page((100, 80), &[(10, 10, 30, 4)]);
        let (difference, shown) = compared((&one, vec![]), (&one, vec![]));
        assert_eq!((difference.of_a_million, difference.compared, shown), (0, 8_000, None));
        assert!(difference.is_whole());
    }

    #[test]
    fn one_point_aside_and_smoother_edges_are_the_same() {
        let one = page((100, 80), &[(10, 10, 30, 4)]);
        let aside = page((100, 80), &[(11, 10, 30, 4)]);
        assert_eq!(compared((&one, vec![]), (&aside, vec![])).0.of_a_million, 0);
        let mut smooth = picture::points(&one).unwrap();
        for x in 10..40 {
            smooth.put_pixel(x, 9, Rgb([230; 3]));
        }
        assert_eq!(compared((&one, vec![]), (&picture::png(&smooth).unwrap(), vec![])).0.of_a_million, 0);
        let two_aside = page((100, 80), &[(13, 10, 30, 4)]);
        assert!(compared((&one, vec![]), (&two_aside, vec![])).0.of_a_million > 0);
    }

    #[test]
    fn what_came_and_what_went_differs_and_is_marked() {
        let (empty, full) = (page((100, 100), &[]), page((100, 100), &[(20, 20, 10, 10)]));
        for (then, now) in [(&empty, &full), (&full, &empty)] {
            let (difference, shown) = compared((then, vec![]), (now, vec![]));
            assert_eq!(difference.of_a_million, 10_000, "100 of 10,000");
            let shown = shown.unwrap();
            assert_eq!(*shown.get_pixel(25, 25), MARK);
            assert_ne!(*shown.get_pixel(5, 5), MARK);
        }
    }

    #[test]
    fn what_either_picture_covers_is_left_out_and_stays_covered() {
        let (one, other) = (page((50, 50), &[(10, 10, 9, 9)]), page((50, 50), &[(30, 30, 9, 9)]));
        let both = |then: Rects, now: Rects| compared((&one, then), (&other, now));
        let (difference, _) = both(vec![(10, 10, 9, 9)], vec![(30, 30, 9, 9)]);
        assert_eq!((difference.of_a_million, difference.compared), (0, 2_500 - 162));
        let (difference, shown) = both(vec![(10, 10, 9, 9)], vec![]);
        assert!(difference.of_a_million > 0);
        assert_eq!((*shown.as_ref().unwrap().get_pixel(12, 12), *shown.unwrap().get_pixel(33, 33)), (COVER, MARK));
        let (difference, _) = both(vec![(0, 0, u32::MAX, u32::MAX)], vec![]);
        assert_eq!((difference.of_a_million, difference.compared), (0, 0));
    }

    #[test]
    fn of_two_sizes_what_both_have_is_compared() {
        let (small, large) = (page((60, 40), &[]), page((80, 90), &[(70, 50, 5, 5)]));
        let (difference, _) = compared((&small, vec![]), (&large, vec![]));
        assert_eq!((difference.of_a_million, difference.compared), (0, 2_400));
        assert_eq!((difference.then, difference.now, difference.is_whole()), ((60, 40), (80, 90), false));
    }

    #[test]
    fn no_picture_is_an_error() {
        let one = page((10, 10), &[]);
        let side = |picture| Covered { picture, rects: &[] };
        assert!(difference(side(&one), side(b"<html>")).is_err());
        assert!(difference(side(&one[..60]), side(&one)).is_err());
    }
}
