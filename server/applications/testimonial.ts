// SPDX-License-Identifier: AGPL-3.0-or-later
// Whoever has come may say a few words about it, by a link of its own: it opens neither their application nor their
// account, and it stays open for as long as the words are kept, so that they can be taken back at any time.
import { findApplication, type ApplicationRow } from '../../db/queries/applications.ts'
import { findGuardian } from '../../db/queries/guardians.ts'
import {
  findTestimonialOf,
  findTestimonialToken,
  keepTestimonialToken,
  type TestimonialRow,
} from '../../db/queries/testimonials.ts'
import type { Deps } from '../deps.ts'
import { SIGNATURES, TESTIMONIAL_MONTHS, nameShown, type Signature } from '../model/testimonial.ts'
import { NotFound } from '../web/errors.ts'
import type { Handle, Tx } from '../web/transact.ts'
import { FAR } from './link.ts'
import { monthsFrom } from './rules.ts'

type Keys = Pick<Deps, 'secrets'>

export const testimonialTokenOf = ({ secrets }: Keys, applicationId: string): string =>
  secrets.mac(applicationId, 'testimonial link')

export const testimonialPath = (token: string): string => `/applications/testimonial/${token}`

/** For a year, or for as long as there are words to take back. */
export async function keepTestimonialLink(
  tx: Tx,
  deps: Keys & Pick<Deps, 'clock'>,
  applicationId: string,
): Promise<void> {
  const now = deps.clock.iso()
  const isWritten = (await findTestimonialOf(tx, applicationId)) !== undefined
  await keepTestimonialToken(tx, {
    hash: deps.secrets.hash(testimonialTokenOf(deps, applicationId)),
    applicationId,
    now,
    expiresAt: isWritten ? FAR : monthsFrom(now, TESTIMONIAL_MONTHS),
  })
}

/** Nobody writes about what did not take place for them, nor once their name and mailbox are deleted. */
export function mayTestify({ id, state, said_came, email_key }: ApplicationRow): boolean {
  return email_key !== id && (state === 'completed' || (state === 'accepted' && said_came === 1))
}

export type Testimony = {
  application: ApplicationRow
  written: TestimonialRow | undefined
  mayWrite: boolean
  /** The names from which the person chooses; only « none » for a minor, whose name is never public. */
  names: { signature: Signature; name: string }[]
}

/** @throws NotFound in the same way for a wrong link and for one that is over. */
export async function findTestimony(db: Handle, deps: Keys & Pick<Deps, 'clock'>, token: string): Promise<Testimony> {
  const id = await findTestimonialToken(db, deps.secrets.hash(token), deps.clock.iso())
  const application = id && (await findApplication(db, id))
  if (!application) throw new NotFound('applications.testimonial.link_over')
  const written = await findTestimonialOf(db, application.id)
  const mayWrite = mayTestify(application)
  if (!written && !mayWrite) throw new NotFound('applications.testimonial.link_over')
  const isMinor = (await findGuardian(db, application.id)) !== undefined
  const names = SIGNATURES.map((signature) => ({ signature, name: nameShown(application, signature) }))
  return {
    application,
    written,
    mayWrite,
    names: names.filter(({ signature, name }) => signature === 'none' || (!isMinor && name !== '')),
  }
}
