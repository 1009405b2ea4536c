// SPDX-License-Identifier: AGPL-3.0-or-later
// A person's own space: what they said they would do, and what they did.
import type { Request } from 'express'
import { getAssociation } from '../../../db/queries/association.ts'
import { findPerson } from '../../../db/queries/people.ts'
import { listCommitments } from '../../../db/queries/history.ts'
import { hubModel } from '../../accounts/responses.ts'
import { dateIn } from '../../base/clock.ts'
import type { Deps } from '../../deps.ts'
import { hasSameWords } from '../../people/commands/add.ts'
import type { Handler } from '../../web/handler.ts'
import { commitmentsOf, MOST_SHOWN } from '../pages/mine.ts'

export const hub =
  (deps: Deps): Handler =>
  async (req, res) =>
    res.page('accounts/hub', {
      ...(await hubModel(deps, req)),
      questions: req.waiting?.questions ? req.t.n('hours.my.question', req.waiting.questions) : '',
      commitments: await readCommitments(deps, req),
    })

async function readCommitments(deps: Deps, req: Request) {
  const person = await findPerson(deps.db, req.viewer.personId ?? '')
  if (!person) return null
  // What was sent without signing in is theirs when the mailbox is proved and has this name: others may share it.
  const mailbox = person.email_verified_at ? person.email_key : ''
  const all = await listCommitments(deps.db, { personId: person.id, mailbox }, MOST_SHOWN + 1)
  const own = all.filter((one) => one.person_id === person.id || hasSameWords(one, person))
  if (own.length === 0 && !req.viewer.isVolunteer) return null
  const today = dateIn((await getAssociation(deps.db)).time_zone, deps.clock.now())
  return commitmentsOf({ deps, t: req.t, today }, own)
}
