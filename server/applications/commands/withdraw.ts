// SPDX-License-Identifier: AGPL-3.0-or-later
import { findApplicationByToken } from '../../../db/queries/applications.ts'
import type { Deps } from '../../deps.ts'
import { NotFound } from '../../web/errors.ts'
import { transact } from '../../web/transact.ts'
import { move } from './move.ts'

/** @param reason code of the list `withdraw_reason`, or ''. @throws NotFound when the link has expired; Refused. */
export async function withdrawApplication(deps: Deps, token: string, reason: string): Promise<void> {
  await transact(deps, async (tx) => {
    const application = await findApplicationByToken(tx, deps.secrets.hash(token), deps.clock.iso())
    if (!application) throw new NotFound('applications.link_over.text')
    await move(tx, deps, application, 'withdraw', { by: null, reason: reason || null })
  })
}
