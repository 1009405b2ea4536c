// SPDX-License-Identifier: AGPL-3.0-or-later
import { sql } from 'kysely'

/**
 * Rows (`person_id`, `email_key`) of a person, also what they sent without signing in, from a mailbox that nobody else
 * here has.
 */
export const isSentBy = ({ id, email }: { id: string; email: string }) => sql<boolean>`(person_id = ${id} or
  (person_id is null and email_key = lower(${email}) and email_key <> '' and not exists
    (select 1 from people p where p.email_key = lower(${email}) and p.id <> ${id})))`
