/** A SQLite file that is a store: recognised by its `application_id`, its form by `user_version`. */

import type { DatabaseSync } from 'node:sqlite'
import { StoreError } from './store-error.ts'

/** "SFOB" */
const applicationId = 0x53464f42
const schemaVersion = 1

// With a rowid of its own a document changes in place: without one a kilobyte of it would spill out of the key's page,
// which costs a fifth of all commits.
const schema = `
  CREATE TABLE documents (key TEXT PRIMARY KEY NOT NULL, version INTEGER NOT NULL, value TEXT NOT NULL) STRICT;
  CREATE TABLE removed (highest_version INTEGER NOT NULL) STRICT;
  INSERT INTO removed VALUES (0);
  PRAGMA application_id = ${applicationId};
  PRAGMA user_version = ${schemaVersion};
`

/** Makes an empty file a store. @throws StoreError for another program's file, or one of another version. */
export function prepareSchema(database: DatabaseSync, path: string): void {
  if (isEmpty(database)) {
    database.exec('PRAGMA journal_mode = WAL')
    database.exec('BEGIN IMMEDIATE')
    // Somebody else may have come first.
    if (isEmpty(database)) database.exec(schema)
    database.exec('COMMIT')
  }
  if (pragma(database, 'application_id') !== applicationId) {
    throw new StoreError('not-a-store', `${path} is the database of another program: name another file`)
  }
  const version = pragma(database, 'user_version')
  if (version === schemaVersion) return
  throw new StoreError(
    'other-version',
    `${path} is of version ${version}, and this softfob reads version ${schemaVersion}: use the softfob that wrote it`,
  )
}

function isEmpty(database: DatabaseSync): boolean {
  return pragma(database, 'application_id') === 0 && pragma(database, 'schema_version') === 0
}

function pragma(database: DatabaseSync, name: string): unknown {
  return database.prepare(`PRAGMA ${name}`).get()?.[name]
}
