// SPDX-License-Identifier: AGPL-3.0-or-later
// Words of somebody who has come: the person writes them and takes them back, the team shows them or does not.
import { record } from '../../../db/queries/events.ts'
import {
  deleteTestimonial,
  findTestimonial,
  insertTestimonial,
  saveTestimonial,
  type TestimonialRow,
} from '../../../db/queries/testimonials.ts'
import type { Deps } from '../../deps.ts'
import { nameShown, type Signature, type TestimonialState } from '../../model/testimonial.ts'
import type { Viewer } from '../../model/viewer.ts'
import { Forbidden, Invalid, Refused } from '../../web/errors.ts'
import { transact } from '../../web/transact.ts'
import { mayAnswer } from '../policy.ts'
import { findTestimony, keepTestimonialLink } from '../testimonial.ts'

/** `wording`: of the consent, as the person read it. */
export type Said = { words: string; signature: Signature; consent: boolean; wording: string }

/**
 * Other words, or another name, are read again before anybody sees them. The same ones again change nothing.
 * @throws NotFound when the link is over; Refused when it did not take place for the person; Invalid.
 */
export async function testify(deps: Deps, token: string, said: Said): Promise<void> {
  await transact(deps, async (tx) => {
    const { application, written, mayWrite, names } = await findTestimony(tx, deps, token)
    if (!mayWrite) throw new Refused('applications.testimonial.refused')
    if (!names.some(({ signature }) => signature === said.signature))
      throw new Invalid({ signature: 'applications.testimonial.error.signature' })
    if (written && isSame(written, said)) return
    const at = deps.clock.iso()
    const { id: application_id, offer_id, locale, email_key, person_id } = application
    const content = {
      state: said.consent ? ('waiting' as const) : ('private' as const),
      words: said.words,
      signature: said.signature,
      shown_name: nameShown(application, said.signature),
      locale,
      wording: said.consent ? said.wording : '',
      updated_at: at,
      decided_by: null,
    }
    const id = written?.id ?? deps.newId()
    if (written) await saveTestimonial(tx, id, { ...content, version: written.version + 1 })
    else await insertTestimonial(tx, { id, application_id, offer_id, email_key, person_id, written_at: at, ...content })
    await keepTestimonialLink(tx, deps, application_id)
    const details = { offer: offer_id, state: content.state }
    await record(tx, { type: 'testimonial.written', at, subject: id, details })
  })
}

const isSame = ({ words, signature, state }: TestimonialRow, said: Said): boolean =>
  words === said.words && signature === said.signature && (state !== 'private') === said.consent

/** Deletes them at once. A second press does nothing. @throws NotFound when the link is over. */
export async function takeBackTestimonial(deps: Deps, token: string): Promise<void> {
  await transact(deps, async (tx) => {
    const { application, written } = await findTestimony(tx, deps, token)
    if (!written) return
    await deleteTestimonial(tx, written.id)
    await keepTestimonialLink(tx, deps, application.id)
    const details = { offer: application.offer_id }
    await record(tx, { type: 'testimonial.taken_back', at: deps.clock.iso(), subject: written.id, details })
  })
}

type Decided = Extract<TestimonialState, 'shown' | 'hidden' | 'waiting'>

/**
 * @param version of the words that the page showed.
 * @returns the version after it, and what the state was; nothing of a second press. @throws Refused when the person has changed the words or
 * taken them back meanwhile, a colleague decided, or they are for the team only.
 */
export async function decideTestimonial(
  deps: Deps,
  viewer: Viewer,
  id: string,
  { version, state }: { version: number; state: Decided },
): Promise<{ version: number; was: Decided } | undefined> {
  if (!mayAnswer(viewer)) throw new Forbidden()
  return transact(deps, async (tx) => {
    const found = await findTestimonial(tx, id)
    if (!found) throw new Refused('applications.testimonial.gone')
    if (found.state === 'private') throw new Refused('applications.testimonial.is_private')
    if (found.state === state) return undefined
    if (found.version !== version) throw new Refused('applications.testimonial.changed')
    const at = deps.clock.iso()
    const next = found.version + 1
    const decided_by = state === 'waiting' ? null : viewer.personId
    await saveTestimonial(tx, id, { state, decided_by, updated_at: at, version: next })
    const details = { offer: found.offer_id, state }
    await record(tx, { type: 'testimonial.decided', at, actorId: viewer.personId, subject: id, details })
    return { version: next, was: found.state }
  })
}
