//! The functions of an expression: their names and how many arguments each takes.

/// A function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Function {
    /// `concat(a, b)`.
    Concat,
    /// `contains(text, needle)`.
    Contains,
    /// `substringof(needle, text)`.
    SubstringOf,
    /// `startswith(text, beginning)`.
    StartsWith,
    /// `endswith(text, ending)`.
    EndsWith,
    /// `indexof(text, needle)`: from 0; −1 if it is not there.
    IndexOf,
    /// `length(text)`, in characters.
    Length,
    /// `substring(text, from)`, `substring(text, from, count)`.
    Substring,
    /// `replace(text, what, by)`.
    Replace,
    /// `tolower(text)`.
    ToLower,
    /// `toupper(text)`.
    ToUpper,
    /// `trim(text)`.
    Trim,
    /// `year(when)`.
    Year,
    /// `month(when)`, from 1.
    Month,
    /// `day(when)`, from 1.
    Day,
    /// `hour(when)`.
    Hour,
    /// `minute(when)`.
    Minute,
    /// `second(when)`.
    Second,
    /// `fractionalseconds(when)`: 0 or more, less than 1.
    FractionalSeconds,
    /// `totaloffsetminutes(when)`: 0, as all is UTC.
    TotalOffsetMinutes,
    /// `date(when)`.
    Date,
    /// `time(when)`.
    Time,
    /// `now()`.
    Now,
    /// `mindatetime()`.
    MinDateTime,
    /// `maxdatetime()`.
    MaxDateTime,
    /// `ceiling(number)`.
    Ceiling,
    /// `floor(number)`.
    Floor,
    /// `round(number)`: half to even.
    Round,
    /// `geo.distance(a, b)`, in metres.
    Distance,
}

impl Function {
    /// Every function with its name and the fewest and most arguments that it takes.
    pub const ALL: [(Self, &'static str, usize, usize); 29] = [
        (Self::Concat, "concat", 2, 2),
        (Self::Contains, "contains", 2, 2),
        (Self::SubstringOf, "substringof", 2, 2),
        (Self::StartsWith, "startswith", 2, 2),
        (Self::EndsWith, "endswith", 2, 2),
        (Self::IndexOf, "indexof", 2, 2),
        (Self::Length, "length", 1, 1),
        (Self::Substring, "substring", 2, 3),
        (Self::Replace, "replace", 3, 3),
        (Self::ToLower, "tolower", 1, 1),
        (Self::ToUpper, "toupper", 1, 1),
        (Self::Trim, "trim", 1, 1),
        (Self::Year, "year", 1, 1),
        (Self::Month, "month", 1, 1),
        (Self::Day, "day", 1, 1),
        (Self::Hour, "hour", 1, 1),
        (Self::Minute, "minute", 1, 1),
        (Self::Second, "second", 1, 1),
        (Self::FractionalSeconds, "fractionalseconds", 1, 1),
        (Self::TotalOffsetMinutes, "totaloffsetminutes", 1, 1),
        (Self::Date, "date", 1, 1),
        (Self::Time, "time", 1, 1),
        (Self::Now, "now", 0, 0),
        (Self::MinDateTime, "mindatetime", 0, 0),
        (Self::MaxDateTime, "maxdatetime", 0, 0),
        (Self::Ceiling, "ceiling", 1, 1),
        (Self::Floor, "floor", 1, 1),
        (Self::Round, "round", 1, 1),
        (Self::Distance, "geo.distance", 2, 2),
    ];

    /// The function of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let found = Self::ALL.iter().find(|(_, known, ..)| *known == name);
        found.map(|(function, ..)| *function)
    }

    fn entry(self) -> (&'static str, usize, usize) {
        let found = Self::ALL.iter().find(|(function, ..)| *function == self);
        found.map_or(("", 0, 0), |(_, name, least, most)| (name, *least, *most))
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.entry().0
    }

    /// The fewest and most arguments that it takes.
    #[must_use]
    pub fn arity(self) -> (usize, usize) {
        let (_, least, most) = self.entry();
        (least, most)
    }
}
