// SPDX-License-Identifier: AGPL-3.0-or-later
import type { HelpRow } from '../../db/queries/help.ts'
import { listHelpers, type PersonRow } from '../../db/queries/people.ts'
import type { Deps } from '../deps.ts'
import { enqueueMail, enqueueSome } from '../mail/queue.ts'
import { fullName } from '../model/person.ts'
import type { Tx } from '../web/transact.ts'

/** How many are written to about one, so that a transaction stays short. */
const MOST_TOLD = 8

/** Says that there is one; what was written stands on the page only. */
export async function tellHelpers(tx: Tx, deps: Deps, { id }: Pick<HelpRow, 'id'>): Promise<void> {
  const helpers = (await listHelpers(tx)).filter(({ email }) => email !== '')
  const url = `${deps.config.publicUrl}/operator/help/${id}`
  const mails = helpers.slice(0, MOST_TOLD).map((one) => ({
    dedupe: `help:${id}:asked:${one.id}`,
    to: one.email,
    name: fullName(one),
    locale: one.locale,
    template: 'help/asked' as const,
    notice: { kind: 'help' as const, link: url, of: one },
    params: { name: one.given_name, url },
  }))
  await enqueueSome(tx, deps, mails)
}

type Answer = { id: string; body: string; writer: PersonRow | undefined }

/** To whoever asked; what they wrote stands below, so that they know what it is about. */
export async function mailAnswer(tx: Tx, deps: Deps, asked: HelpRow, { id, body, writer }: Answer): Promise<void> {
  await enqueueMail(tx, deps, {
    dedupe: `help:${asked.id}:${id}`,
    to: asked.email,
    name: asked.name,
    locale: asked.locale,
    template: 'help/answer',
    about: `help:${asked.id}`,
    ...(writer?.email && { replyTo: { name: fullName(writer), address: writer.email } }),
    params: { name: asked.name, word: body, said: asked.said, writer: writer ? fullName(writer) : '' },
  })
}
