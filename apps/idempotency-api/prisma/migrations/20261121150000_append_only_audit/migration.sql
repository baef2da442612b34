-- The audit log is append-only: no defect of the service and no careless statement changes or removes an entry. Whoever
-- prunes it by retention says so, in a transaction: SET LOCAL idempotency.prune_audit = 'on' (docs/operations.md).
CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND current_setting('idempotency.prune_audit', true) = 'on' THEN
    RETURN NULL;
  END IF;
  RAISE EXCEPTION 'audit_entry is append-only' USING ERRCODE = 'insufficient_privilege';
END
$$;

-- For each statement: a look at one setting, however many rows are pruned.
CREATE TRIGGER audit_entry_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();

-- The ways of GET /v1/audit, newest first: through a tenant's entries, and through those of one record. The id tells
-- entries of one microsecond apart, so that a page can begin between them.
CREATE INDEX audit_entry_tenant_at_id_idx ON audit_entry (tenant, at, id);
CREATE INDEX audit_entry_record_at_id_idx ON audit_entry (tenant, namespace, key, at, id);
DROP INDEX audit_entry_tenant_at_idx;
