"""Random crons."""

from hypothesis import strategies as st


def cron_fields() -> st.SearchStrategy[str]:
    """Return the fields of crons of many forms."""
    days = st.one_of(
        st.sampled_from(["* * ?", "L * ?", "LW * ?", "15W * ?", "31 * ?", "29 2 ?", "1/9 * ?", "? * TUE#2", "? * 6L"]),
        st.sets(st.sampled_from(["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]), min_size=1).map(
            lambda names: f"? * {','.join(sorted(names))}"
        ),
        st.integers(1, 12).map(lambda month: f"* {month} ?"),
    )
    minutes = st.sampled_from(["0", "30", "59", "0/20", "15,45"])
    hours = st.sampled_from(["0", "1", "2", "3", "23", "0-3", "0,23", "0/6", "*"])
    years = st.sampled_from(["*", "2027", "2027,2029", "2028/2"])
    return st.tuples(minutes, hours, days, years).map(" ".join)
