// SPDX-License-Identifier: AGPL-3.0-or-later
// What a restored backup must not bring back to life. The file may be of an earlier version.
import Database from 'better-sqlite3'

/** In one transaction, on a file that nobody else has open: no session, link or half-made sign-in of it opens anything. */
export function endAccessOfAll(file: string): void {
  const connection = new Database(file, { fileMustExist: true })
  try {
    connection.pragma('trusted_schema = OFF')
    connection.pragma('secure_delete = ON')
    connection
      .transaction(() => {
        // Sessions without a person too, because a sign-in that waits for its code is kept there. Spare codes open nothing
        // alone, and the links of applications open no account.
        connection.exec(`
          DELETE FROM sessions;
          DELETE FROM tokens WHERE purpose NOT IN ('recovery', 'application');
          UPDATE people SET totp_secret = NULL WHERE totp_confirmed_at IS NULL;`)
      })
      .immediate()
    connection.pragma('wal_checkpoint(TRUNCATE)')
  } finally {
    connection.close()
  }
}
