//! One spelling for a phone number: digits that begin with the country code, without the zeros that
//! people dial inside a country. Normalizing twice changes nothing more.

/// Country codes of two digits (ITU-T E.164 D). Those that begin with 1 or 7 have one digit, all
/// others three.
const TWO_DIGITS: [&str; 43] = [
    "20", "27", "30", "31", "32", "33", "34", "36", "39", "40", "41", "43", "44", "45", "46", "47",
    "48", "49", "51", "52", "53", "54", "55", "56", "57", "58", "60", "61", "62", "63", "64", "65",
    "66", "81", "82", "84", "86", "90", "91", "92", "93", "94", "95",
];
/// Codes after which a zero belongs to the number: Italy, Ivory Coast, Congo, San Marino, Vatican.
const ZERO_COUNTS: [&str; 5] = ["39", "225", "242", "378", "379"];

/// The number without zeros after its country code; what is too short is left alone.
pub(crate) fn normalized(digits: &str) -> String {
    let code_digits = match digits.get(..2) {
        Some(two) if two.starts_with(['1', '7']) => 1,
        Some(two) if TWO_DIGITS.contains(&two) || two == "98" => 2,
        Some(_) | None => 3,
    };
    match digits.split_at_checked(code_digits) {
        Some((code, rest)) if !ZERO_COUNTS.contains(&code) => {
            [code, rest.trim_start_matches('0')].concat()
        }
        Some(_) | None => digits.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zeros_after_the_country_code_are_dropped_and_stay_so() {
        for (given, expected) in [
            ("610412345678", "61412345678"),
            ("61412345678", "61412345678"),
            ("4901511234567", "491511234567"),
            ("4900151", "49151"),
            ("35801234", "3581234"),
            ("12025550100", "12025550100"),
            ("980912", "98912"),
        ] {
            assert_eq!(normalized(given), expected, "{given}");
            assert_eq!(normalized(expected), expected);
        }
    }

    #[test]
    fn a_zero_that_belongs_to_the_number_stays() {
        for number in ["390612345678", "2250712345678", "12", "", "0"] {
            assert_eq!(normalized(number), number);
        }
    }
}
