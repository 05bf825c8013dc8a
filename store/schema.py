"""The ledger's tables, as small named steps. A step that has shipped is never edited; a new one follows.

`events` is the log and the truth of this station; `orders`, `lines` and `serials` are projections of it and
of what the API (or an imported file) said.
"""

from __future__ import annotations

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

steps = Migrations("ledger")


@steps()
def first_ledger(db: Database) -> None:
    """Orders, lines, codes, people, serials, the log, and what the ledger says of itself."""
    db.table("about").create({"name": str, "value": str}, pk="name", strict=True)
    db.table("orders").create(
        {
            "id": str,
            "order_number": str,
            "external_order_id": str,
            "customer_name": str,
            "customer_info": str,
            "notes": str,
            "order_date": str,
            "due_date": str,
            "created_at": str,
            "metadata": str,
            "reported": str,
            "status": str,
            "done": int,
            "due": str,
            "quantity": int,
            "verified": int,
        },
        pk="id",
        not_null={"order_number", "reported", "status", "done", "due", "quantity", "verified"},
        strict=True,
    )
    db.table("orders").create_index(["order_number"], unique=True)
    db.table("orders").create_index(["external_order_id"])
    db.table("orders").create_index(["done", "due", "order_number"])
    db.table("orders").create_index(["status", "due", "order_number"])
    db.table("lines").create(
        {
            "id": str,
            "order_id": str,
            "position": int,
            "sku": str,
            "quantity": int,
            "notes": str,
            "counted": int,
            "elsewhere": int,
        },
        pk="id",
        not_null={"order_id", "position", "sku", "quantity", "counted", "elsewhere"},
        foreign_keys=[("order_id", "orders", "id")],
        strict=True,
    )
    db.table("lines").create_index(["order_id", "position"], unique=True)
    db.table("lines").create_index(["sku"])
    db.table("codes").create(
        {"code": str, "sku": str, "units": int, "source": str},
        pk=("code", "sku"),
        not_null={"units", "source"},
        strict=True,
    )
    db.table("codes").create_index(["sku"])
    db.table("people").create(
        {"name": str, "role": str, "badge": str, "pin": str, "active": int, "since": str},
        pk="name",
        not_null={"role", "active", "since"},
        strict=True,
    )
    db.table("people").create_index(["badge"], unique=True)
    db.table("events").create(
        {
            "seq": int,
            "read": int,
            "at": str,
            "mono": float,
            "person": str,
            "scanner": str,
            "raw": bytes,
            "code": str,
            "verdict": str,
            "provenance": str,
            "order_id": str,
            "line_id": str,
            "sku": str,
            "delta": int,
            "reason": str,
            "takes_back": int,
            "lot": str,
            "serial": str,
            "expiry": str,
            "hash": bytes,
        },
        pk="seq",
        not_null={"read", "at", "raw", "verdict", "delta", "hash"},
        strict=True,
    )
    db.table("events").create_index(["order_id", "seq"])
    db.execute("CREATE INDEX events_taken_back ON events (takes_back) WHERE takes_back IS NOT NULL")
    db.table("serials").create(
        {"sku": str, "serial": str, "seq": int}, pk=("sku", "serial"), not_null={"seq"}, strict=True
    )


@steps()
def reconciliation(db: Database) -> None:
    """What is known of the API, what waits to be sent to it, and whose history the log is."""
    db.table("incarnations").create(
        {"slot": str, "after_seq": int}, pk="slot", not_null={"after_seq"}, strict=True
    )
    db.table("shares").create(
        {"order_id": str, "slot": str, "after_seq": int, "upto_seq": int},
        pk=("order_id", "slot"),
        not_null={"after_seq", "upto_seq"},
        strict=True,
    )
    db.table("sightings").create(
        {
            "order_id": str,
            "api_id": str,
            "status": str,
            "customer_name": str,
            "header": str,
            "place": int,
            "round": int,
            "open": int,
        },
        pk="order_id",
        not_null={"api_id", "status", "customer_name", "header", "place", "round", "open"},
        strict=True,
    )
    db.table("sightings").create_index(["api_id"], unique=True)
    db.execute("CREATE INDEX sightings_rotation ON sightings (round, place) WHERE open")
    db.table("items").create(
        {"line_id": str, "order_id": str, "item_id": str, "reported": int},
        pk="line_id",
        not_null={"order_id", "item_id", "reported"},
        strict=True,
    )
    db.table("items").create_index(["order_id"])
    db.table("slots").create(
        {"order_id": str, "slot": str, "body": str, "sighted": int},
        pk=("order_id", "slot"),
        not_null={"body", "sighted"},
        strict=True,
    )
    db.execute(
        "CREATE TABLE outbox (number INTEGER PRIMARY KEY, order_id TEXT NOT NULL UNIQUE,"
        " creating INTEGER NOT NULL DEFAULT 0, cancelling INTEGER NOT NULL DEFAULT 0,"
        " reason TEXT NOT NULL DEFAULT '', parked TEXT, tries INTEGER NOT NULL DEFAULT 0) STRICT"
    )
    db.table("edits").create(
        {"order_id": str, "field": str, "base": str, "mine": str},
        pk=("order_id", "field"),
        not_null={"base", "mine"},
        strict=True,
    )
    db.table("attempts").create(
        {"number": int, "order_id": str, "method": str, "body": str, "outcome": str},
        pk="number",
        not_null={"order_id", "method", "body"},
        strict=True,
    )
    db.table("attempts").create_index(["order_id"])
    db.table("conflicts").create(
        {"order_id": str, "kind": str, "what": str, "told": str},
        pk=("order_id", "kind", "what"),
        not_null={"told"},
        strict=True,
    )


@steps()
def shelf_locations(db: Database) -> None:
    """Where goods lie."""
    db.table("shelves").create({"sku": str, "location": str}, pk=("sku", "location"), strict=True)


@steps()
def acts_of_supervisors(db: Database) -> None:
    """What people did to orders otherwise than by reads, and the last word that a supervisor had."""
    db.execute("ALTER TABLE events ADD COLUMN act TEXT")
    db.execute("ALTER TABLE events ADD COLUMN detail TEXT")
    db.execute("CREATE INDEX events_acts ON events (order_id, seq) WHERE act IS NOT NULL")
    db.execute("ALTER TABLE orders ADD COLUMN ruling TEXT NOT NULL DEFAULT ''")
    db.execute("ALTER TABLE orders ADD COLUMN ruled INTEGER NOT NULL DEFAULT 0")
    db.execute("ALTER TABLE outbox ADD COLUMN becoming TEXT")


@steps()
def summaries_of_the_log(db: Database) -> None:
    """What reports are drawn from, filled while the station rests; and the wrong items, which are rare."""
    db.execute(
        "CREATE TABLE tallies (quarter TEXT NOT NULL, person TEXT NOT NULL, scanner TEXT NOT NULL,"
        " verdict TEXT NOT NULL, provenance TEXT NOT NULL, reads INTEGER NOT NULL, units INTEGER NOT NULL,"
        " lines INTEGER NOT NULL, PRIMARY KEY (quarter, person, scanner, verdict, provenance))"
        " STRICT, WITHOUT ROWID"
    )
    db.execute(
        "CREATE TABLE order_tallies (order_id TEXT PRIMARY KEY, refused INTEGER NOT NULL DEFAULT 0,"
        " taken_back INTEGER NOT NULL DEFAULT 0, acts INTEGER NOT NULL DEFAULT 0, completed INTEGER,"
        " quarter TEXT, person TEXT, scanner TEXT) STRICT, WITHOUT ROWID"
    )
    db.execute("CREATE INDEX order_tallies_acted ON order_tallies (order_id) WHERE acts > 0")
    db.execute("CREATE INDEX events_not_on_order ON events (seq) WHERE verdict = 'not_on_order'")


@steps()
def people_and_their_time(db: Database) -> None:
    """The last day of people who are here for a time, and wrong PINs in a row by name."""
    db.execute("ALTER TABLE people ADD COLUMN until TEXT")
    db.execute(
        "CREATE TABLE pin_tries (name TEXT PRIMARY KEY, wrong INTEGER NOT NULL, at REAL NOT NULL,"
        " known INTEGER NOT NULL) STRICT"
    )


@steps()
def reasons_to_review(db: Database) -> None:
    """What of the log and of the orders is a reason for a supervisor to look, and nothing else of them."""
    db.execute(
        "CREATE INDEX events_by_hand ON events (order_id, provenance, delta)"
        " WHERE delta != 0 AND provenance IN ('typed', 'confirmed', 'override')"
    )
    db.execute(
        "CREATE INDEX events_telling ON events (order_id, verdict)"
        " WHERE verdict IN ('not_on_order', 'line_already_verified', 'exceeds_remaining', 'duplicate_serial',"
        " 'expired', 'unknown_code', 'ambiguous_code', 'unreadable')"
    )
    db.execute(
        "CREATE INDEX orders_ruled ON orders (ruling) WHERE ruling IN ('sent_back', 'short', 'reopened')"
    )
    db.execute(
        "CREATE INDEX orders_ended ON orders (status)"
        " WHERE status IN ('cancelled', 'shipped') AND verified > 0"
        " AND (status = 'cancelled' OR verified < quantity)"
    )


@steps()
def blind_rechecks(db: Database) -> None:
    """Which verified orders somebody else counts once more, and what was found."""
    db.table("rechecks").create(
        {
            "order_id": str,
            "state": str,
            "person": str,
            "begun": int,
            "ended": int,
            "found": str,
            "differences": str,
        },
        pk="order_id",
        not_null={"state", "person", "begun", "ended", "found", "differences"},
        strict=True,
    )
    db.table("rechecks").create_index(["state"])


@steps()
def summaries_as_reports_ask(db: Database) -> None:
    """Work apart from verdicts, and completed orders by when and by whom: each is read as it lies."""
    db.execute("ALTER TABLE tallies RENAME TO wide_tallies")
    db.execute(
        "CREATE TABLE tallies (quarter TEXT NOT NULL, person TEXT NOT NULL, scanner TEXT NOT NULL,"
        " reads INTEGER NOT NULL, units INTEGER NOT NULL, lines INTEGER NOT NULL,"
        " PRIMARY KEY (quarter, person, scanner)) STRICT, WITHOUT ROWID"
    )
    db.execute(
        "CREATE TABLE verdict_tallies (quarter TEXT NOT NULL, verdict TEXT NOT NULL, reads INTEGER NOT NULL,"
        " PRIMARY KEY (quarter, verdict)) STRICT, WITHOUT ROWID"
    )
    db.execute(
        "INSERT INTO tallies SELECT quarter, person, scanner, sum(reads), sum(units), sum(lines)"
        " FROM wide_tallies GROUP BY quarter, person, scanner"
    )
    db.execute(
        "INSERT INTO verdict_tallies SELECT quarter, verdict, sum(reads) FROM wide_tallies"
        " GROUP BY quarter, verdict HAVING sum(reads) > 0"
    )
    db.execute("DROP TABLE wide_tallies")
    db.execute(
        "CREATE INDEX order_tallies_completed ON order_tallies (quarter, person, scanner)"
        " WHERE completed IS NOT NULL AND acts = 0"
    )


@steps()
def orders_that_cannot_be_read(db: Database) -> None:
    """Orders that the API has and the station could not take in, with the reason and when to look again."""
    db.execute(
        "CREATE TABLE unreadable (order_number TEXT NOT NULL, listed INTEGER NOT NULL, told TEXT NOT NULL,"
        " summary TEXT, round INTEGER NOT NULL, tries INTEGER NOT NULL, due INTEGER NOT NULL,"
        " PRIMARY KEY (order_number, listed)) STRICT, WITHOUT ROWID"
    )
    db.execute("CREATE INDEX unreadable_due ON unreadable (due)")


@steps()
def writes_that_were_not_seen(db: Database) -> None:
    """In which round a waiting order was written last, what the API showed before, and how often in vain."""
    db.execute("ALTER TABLE outbox ADD COLUMN written INTEGER")
    db.execute("ALTER TABLE outbox ADD COLUMN before TEXT")
    db.execute("ALTER TABLE outbox ADD COLUMN unseen INTEGER NOT NULL DEFAULT 0")


@steps()
def reasons_to_review_told_at_a_glance(db: Database) -> None:
    """The same events as before, of which one comparison says that a read that counted is none.

    SQLite fills a set for each IN of an index before it looks: half of what writing an event cost.
    """
    db.execute("DROP INDEX events_by_hand")
    db.execute(
        "CREATE INDEX events_by_hand ON events (order_id, provenance, delta)"
        " WHERE provenance != 'scanned' AND delta != 0 AND provenance IN ('typed', 'confirmed', 'override')"
    )
    db.execute("DROP INDEX events_telling")
    db.execute(
        "CREATE INDEX events_telling ON events (order_id, verdict, delta)"
        " WHERE delta = 0 AND verdict IN ('not_on_order', 'line_already_verified', 'exceeds_remaining',"
        " 'duplicate_serial', 'expired', 'unknown_code', 'ambiguous_code', 'unreadable')"
    )


def migrate(db: Database) -> None:
    """Bring an older or empty ledger to this schema, each step in a transaction of its own."""
    steps.apply(db)
    db.execute(f"PRAGMA user_version = {len(steps.applied(db))}")
