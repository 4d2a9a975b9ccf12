//! Colours of a brand: parsing, lightening, and whether text on them can be read (WCAG 2.2 1.4.3).

/// Contrast that normal text needs (WCAG 2.2 1.4.3 AA).
const TEXT_CONTRAST_MIN: f64 = 4.5;
/// Share of lightness by which a colour is moved until it can be read.
const READABLE_STEP: f64 = 0.02;
/// Steps after which lightness is at its end for sure.
const READABLE_STEPS_MAX: usize = 50;

/// An sRGB colour; members from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Colour {
    red: f64,
    green: f64,
    blue: f64,
}

impl Colour {
    pub(super) const WHITE: Self = Self { red: 1.0, green: 1.0, blue: 1.0 };
    pub(super) const BLACK: Self = Self { red: 0.0, green: 0.0, blue: 0.0 };

    /// Reads three or six hex digits, with or without `#`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#').unwrap_or(text);
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let number = u32::from_str_radix(digits, 16).ok()?;
        let part = |shift: u32, mask: u32| f64::from((number >> shift) & mask) / f64::from(mask);
        match digits.len() {
            3 => Some(Self { red: part(8, 15), green: part(4, 15), blue: part(0, 15) }),
            6 => Some(Self { red: part(16, 255), green: part(8, 255), blue: part(0, 255) }),
            _ => None,
        }
    }

    /// Six upper-case hex digits without `#`.
    pub(super) fn hex(self) -> String {
        let [red, green, blue] = self.bytes();
        format!("{red:02X}{green:02X}{blue:02X}")
    }

    /// CSS with an alpha share.
    pub(super) fn with_alpha(self, alpha: f64) -> String {
        let [red, green, blue] = self.bytes();
        format!("rgb({red} {green} {blue} / {alpha})")
    }

    /// The colour with its HSL lightness moved by `share` (0.1 = ten points).
    pub(super) fn lightened(self, share: f64) -> Self {
        let (hue, saturation, lightness) = self.hsl();
        Self::from_hsl(hue, saturation, (lightness + share).clamp(0.0, 1.0))
    }

    /// Contrast ratio between two colours, 1 to 21 (WCAG 2.2, relative luminance).
    pub(super) fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    /// Black or white, whichever reads better on this colour.
    pub(super) fn text_on(self) -> Self {
        if self.contrast(Self::WHITE) >= TEXT_CONTRAST_MIN {
            return Self::WHITE;
        }
        Self::BLACK
    }

    /// Whether `text` can be read on this colour.
    pub(super) fn carries(self, text: Self) -> bool {
        self.contrast(text) >= TEXT_CONTRAST_MIN
    }

    /// This colour, moved away from `surface` until text in it can be read there.
    pub(super) fn readable_on(self, surface: Self) -> Self {
        let step = if surface.luminance() > 0.5 { -READABLE_STEP } else { READABLE_STEP };
        let mut colour = self;
        for _ in 0..READABLE_STEPS_MAX {
            if surface.carries(colour) {
                break;
            }
            colour = colour.lightened(step);
        }
        colour
    }

    fn bytes(self) -> [u8; 3] {
        [self.red, self.green, self.blue].map(to_byte)
    }

    fn luminance(self) -> f64 {
        let linear = |share: f64| {
            if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(self.red) + 0.7152 * linear(self.green) + 0.0722 * linear(self.blue)
    }

    fn hsl(self) -> (f64, f64, f64) {
        let max = self.red.max(self.green).max(self.blue);
        let min = self.red.min(self.green).min(self.blue);
        let (lightness, spread) = (f64::midpoint(max, min), max - min);
        if spread == 0.0 {
            return (0.0, 0.0, lightness);
        }
        let saturation = spread / (1.0 - (2.0 * lightness - 1.0).abs());
        let sixth = if max == self.red {
            ((self.green - self.blue) / spread).rem_euclid(6.0)
        } else if max == self.green {
            (self.blue - self.red) / spread + 2.0
        } else {
            (self.red - self.green) / spread + 4.0
        };
        (sixth * 60.0, saturation, lightness)
    }

    fn from_hsl(hue: f64, saturation: f64, lightness: f64) -> Self {
        let amplitude = saturation * lightness.min(1.0 - lightness);
        let channel = |offset: f64| {
            let position = (offset + hue / 30.0).rem_euclid(12.0);
            lightness - amplitude * (position - 3.0).min(9.0 - position).clamp(-1.0, 1.0)
        };
        // As exact as it is written, so that a colour read back gives the same variants.
        let [red, green, blue] = [channel(0.0), channel(8.0), channel(4.0)]
            .map(|share| f64::from(to_byte(share)) / 255.0);
        Self { red, green, blue }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the value is clamped to a byte's range before the cast"
)]
fn to_byte(share: f64) -> u8 {
    (share * 255.0).round().clamp(0.0, 255.0) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_and_six_digits_are_read_and_nothing_else() {
        assert_eq!(Colour::parse("#6139F6").unwrap().hex(), "6139F6");
        assert_eq!(Colour::parse("fa0").unwrap().hex(), "FFAA00");
        for wrong in ["", "#", "#12345", "red", "#12345g", "+12345", "#6139F6;}"] {
            assert_eq!(Colour::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn lightening_keeps_the_hue() {
        assert_eq!(Colour::parse("808080").unwrap().lightened(0.1).hex(), "9A9A9A");
        assert_eq!(Colour::parse("FF0000").unwrap().lightened(-0.1).hex(), "CC0000");
        assert_eq!(Colour::parse("6139F6").unwrap().lightened(0.0).hex(), "6139F6");
    }

    #[test]
    fn contrast_of_black_and_white_is_21() {
        assert!((Colour::BLACK.contrast(Colour::WHITE) - 21.0).abs() < 1e-9);
    }

    #[test]
    fn every_colour_carries_its_text_and_becomes_readable_on_both_surfaces() {
        for number in (0..0x1000).step_by(7) {
            let colour = Colour::parse(&format!("{number:03x}")).unwrap();
            assert!(colour.carries(colour.text_on()), "{number:03x}");
            for surface in [Colour::WHITE, Colour::parse("181B21").unwrap()] {
                assert!(surface.carries(colour.readable_on(surface)), "{number:03x}");
            }
        }
    }
}
