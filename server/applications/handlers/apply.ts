// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Request, Response } from 'express'
import { networkOf } from '../../base/network.ts'
import { findConfirmationTo } from '../../../db/queries/mails.ts'
import { findMemberListing } from '../../../db/queries/applications.ts'
import { getAssociation } from '../../../db/queries/association.ts'
import { listOfferContacts } from '../../../db/queries/offer-contacts.ts'
import { findPerson } from '../../../db/queries/people.ts'
import { countTries, refuseTooMany } from '../../limits.ts'
import { MINUTE, later } from '../../base/clock.ts'
import type { Deps } from '../../deps.ts'
import { channelOf } from '../../public-offer/via.ts'
import { NotFound, Refused } from '../../web/errors.ts'
import { emailKey } from '../../web/fields.ts'
import { typedValues, type Form } from '../../web/forms.ts'
import { param, query, type Handler } from '../../web/handler.ts'
import { applyTo, type Applied } from '../commands/apply.ts'
import { noteStart } from '../../statistics/count.ts'
import { usualDelay } from '../delay.ts'
import { TRAP } from '../../web/fields.ts'
import { readApplyForm, type ApplyInput } from '../forms.ts'
import { guardianAge } from '../guardian.ts'
import { pathOf, tokenOf } from '../link.ts'
import { closedToApplicants, getShownOffer } from '../offer.ts'
import { applyPage, closedPage, knownForm, sentPage, type Setting } from '../pages/apply.ts'
import type { ClosedWhy } from '../../model/offer/standing.ts'
import { mayAnswer } from '../policy.ts'
import { ownContact } from '../rules.ts'
import { redirect } from '../../web/redirect.ts'

/** `isContact`: whoever asks is signed in and is a contact of the offer. */
type Asked = Setting & { isContact: boolean }

export const show =
  (deps: Deps): Handler =>
  async (req, res) => {
    const home = await memberForm(deps, param(req, 'offer'))
    if (home) return redirect(req, res, home)
    const setting = await settingOf(deps, req)
    // It shows an address.
    if (query(req, 'sent')) res.set('Cache-Control', 'no-store')
    if (query(req, 'sent')) {
      const email = addressIn(deps, query(req, 'sent'))
      const undelivered = email !== '' && (await findConfirmationTo(deps.db, email))?.state === 'failed'
      return res.page('applications/sent', { ...sentPage(setting, email), undelivered })
    }
    const why = whyNot(setting)
    if (why) return res.page('applications/closed', closedPage(setting, why))
    const via = query(req, 'via')
    const channel = await channelOf(deps, deps.db, setting.offer.id, via)
    noteStart(deps, req, { offerId: setting.offer.id, channel })
    const person = req.viewer.personId ? await findPerson(deps.db, req.viewer.personId) : undefined
    await showForm(setting, res, knownForm(person, via))
  }

export const submit =
  (deps: Deps): Handler =>
  async (req, res) => {
    const setting = await settingOf(deps, req)
    const typed = { values: typedValues(req.body), errors: {} }
    const why = whyNot(setting)
    if (why) return res.page('applications/closed', closedPage(setting, why, typed), 409)
    const parsed = readApplyForm(req.body, setting.offer, {
      guardianAge: setting.guardianAge,
      locale: req.t.locale,
    })
    if (!parsed.ok) return showForm(setting, res, parsed.form)
    let applied: Applied = { outcome: 'mailed' }
    try {
      applied = await send(deps, req, setting.offer.id, parsed.value)
    } catch (error) {
      const late = error instanceof Refused ? whyNot(await settingOf(deps, req)) : undefined
      if (!late) throw error
      return res.page('applications/closed', closedPage(setting, late, typed), 409)
    }
    if (applied.outcome !== 'mailed') {
      const isKnown = applied.outcome === 'known'
      req.session.flash(
        isKnown ? 'applications.confirm.known' : 'applications.confirm.signed_in',
        {},
        isKnown ? 'wait' : 'ok',
      )
      return redirect(req, res, pathOf(tokenOf(deps, applied.id)))
    }
    await redirect(req, res, `/offers/${setting.offer.id}/apply?sent=${sealAddress(deps, parsed.value.email)}`)
  }

/** The next page is always the same: nobody learns that a limit was reached or a program was recognised. */
async function send(deps: Deps, req: Request, offerId: string, input: ApplyInput): Promise<Applied> {
  await refuseTooMany(deps, [{ limit: 'applications from a network', of: networkOf(req.ip) }])
  if (input[TRAP] !== '') {
    deps.log.info('a program filled in the application form', { id: req.id })
    return { outcome: 'mailed' }
  }
  // A parent who is named gets a mail too.
  const mailboxes = [input.email, ...(input.minor && input.guardian_email ? [input.guardian_email] : [])]
  const tries = mailboxes.map((one) => ({ limit: 'applications of a mailbox' as const, of: emailKey(one) }))
  const wait = await countTries(deps, tries)
  if (wait > 0) {
    deps.log.warn('too many applications from one mailbox', { id: req.id })
    return { outcome: 'mailed' }
  }
  return applyTo(deps, req.viewer, offerId, input, req.t.locale)
}

async function settingOf(deps: Deps, req: Request): Promise<Asked> {
  const offer = await getShownOffer(deps.db, req.viewer, param(req, 'offer'), deps.clock.iso())
  const person = req.viewer.personId ? await findPerson(deps.db, req.viewer.personId) : undefined
  const isKnown = person !== undefined && person.email !== '' && person.email_verified_at !== null
  const { guardian_age } = await getAssociation(deps.db)
  const contacts = person ? await listOfferContacts(deps.db, offer) : []
  const isContact = ownContact({ id: req.viewer.personId, email_key: '' }, contacts) !== undefined
  const own = { mayNote: mayAnswer(req.viewer), isKnown, guardianAge: guardianAge(offer.content, guardian_age) }
  return { deps, offer, association: req.site.name, ...own, isContact, t: req.t }
}

function whyNot({ deps, offer, isContact }: Asked): ClosedWhy | 'own' | undefined {
  return closedToApplicants(offer, deps.clock.iso()) ?? (isContact ? 'own' : undefined)
}

async function showForm(setting: Setting, res: Response, form: Form): Promise<void> {
  const status = Object.keys(form.errors).length > 0 ? 422 : 200
  await res.page('applications/apply', applyPage(setting, form, await usualDelay(setting.deps.db)), status)
}

/** The form of a member's offer is on the member's site, which counts the visits that come through the centre. */
async function memberForm(deps: Deps, publicId: string): Promise<string | undefined> {
  const listing = await findMemberListing(deps.db, publicId)
  if (!listing) return undefined
  const url = new URL(listing.home_url)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw new NotFound()
  url.pathname = `${url.pathname.replace(/\/$/, '')}/apply`
  if (listing.via) url.searchParams.set('via', listing.via)
  return url.toString()
}

const SHOWN_FOR = 30 * MINUTE

/** The encrypted address is in the URL, so that the next page shows it without storing it. */
function sealAddress(deps: Deps, email: string): string {
  return deps.secrets.seal(JSON.stringify([email, later(deps.clock.iso(), SHOWN_FOR)]), 'application sent')
}

function addressIn(deps: Deps, sealed: string): string {
  try {
    const [email, until] = JSON.parse(deps.secrets.open(sealed, 'application sent')) as [string, string]
    return until > deps.clock.iso() ? email : ''
  } catch {
    return ''
  }
}
