-- seen: the one for which leases were seen to last (fail-over.sql); null: none yet.
SELECT left(pg_walfile_name(pg_current_wal_lsn()), 8) AS timeline, (SELECT value FROM "saga".meta WHERE name = 'timeline') AS seen
