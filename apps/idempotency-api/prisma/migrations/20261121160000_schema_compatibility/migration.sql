-- Which builds may start on a schema that is newer than they are (docs/adr/0016-start-and-stop.md). A build that has the
-- migration `builds_from` works on the schema that `migration` leaves. Every migration from this one on adds its line;
-- a build that meets a migration which it does not have, and finds no line for it that it satisfies, refuses to start.
CREATE TABLE schema_compatibility (
  migration   text PRIMARY KEY,
  builds_from text NOT NULL
);

INSERT INTO schema_compatibility (migration, builds_from)
VALUES ('20261121160000_schema_compatibility', '20261121120000_announced_deletions');
