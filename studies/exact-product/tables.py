"""Today's polynomial and the new fits beside the reference: the tables of candidates."""

import today
from fit import draw, total
from grids import compare, show, show_errors
from groups import chosen, load_reference, parser

COLUMNS = ("today (degree 6)", "768+256, degree 8", "same, adaptive", "same, degree 6")


def row(bundle, x, error, reference):
    """The four columns of one group, and the share of objects in tension."""
    plain, adaptive = draw(bundle, x, error, adaptive=False), draw(bundle, x, error)
    fits = [[s.fit(8) for s in plain], [s.fit(8) for s in adaptive],
            [s.fit(8 if s.tension else 6) for s in adaptive]]
    old = today.fit_group(bundle, x, error)
    found = [compare(lambda z: sum(f.polynomial(z) for f in old), reference)]
    found += [compare(total(f), reference) for f in fits]
    return found, sum(s.tension for s in adaptive) / len(adaptive)


def main():
    options = parser(__doc__).parse_args()
    bundle, groups = chosen(options)
    print("%-12s" % "group", " | ".join("%-21s" % c for c in COLUMNS), "| tension")
    rows = []
    for name, (x, error) in groups.items():
        found, tension = row(bundle, x, error, load_reference(options, name))
        rows.append(found)
        print("%-12s" % name, " | ".join(show(f) for f in found), "| %.2f" % tension, flush=True)
    show_errors(rows)


if __name__ == "__main__":
    main()
