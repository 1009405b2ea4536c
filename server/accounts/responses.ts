// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Request, Response } from 'express'
import { findPerson } from '../../db/queries/people.ts'
import { listSessionsOf } from '../../db/queries/sessions.ts'
import { countTokensOf } from '../../db/queries/tokens.ts'
import { isStaff } from '../model/rights.ts'
import { isOfTeam } from '../model/viewer.ts'
import type { Deps } from '../deps.ts'
import { emptyForm, type Form } from '../web/forms.ts'
import { findFactorDue } from './require-second-factor.ts'
import type { PageModel } from '../text/render.ts'
import { listMembersCalled } from '../../db/queries/public-figures.ts'
import { factorText, formPage, linkCards, sessionLines, signInPage } from './pages.ts'

export function linkOver(req: Request, res: Response) {
  return res.page('accounts/link-over', formPage(req, 'accounts.link_over.title'), 410)
}

export function markOf(deps: Deps, hash: string): string {
  return deps.secrets.mac(hash, 'list of sessions').slice(0, 16)
}

export type SecurityForms = { passwordForm?: Form; factorForm?: Form; codesForm?: Form }

export async function securityPage(deps: Deps, req: Request, res: Response, forms: SecurityForms = {}, status = 200) {
  const person = await findPerson(deps.db, req.viewer.personId ?? '')
  if (!person) throw new Error('the viewer is not among the people')
  const now = deps.clock.iso()
  const rows = await listSessionsOf(deps.db, person.id, now)
  const isOn = person.totp_confirmed_at !== null
  const factorDue = await findFactorDue(deps, req.viewer)
  const model = formPage(req, 'accounts.security.title', forms.passwordForm ?? forms.factorForm ?? forms.codesForm, {
    scope: forms.factorForm ? 'factor' : forms.codesForm ? 'codes' : 'f',
    passwordForm: forms.passwordForm ?? emptyForm(),
    factorForm: forms.factorForm ?? emptyForm(),
    codesForm: forms.codesForm ?? emptyForm(),
    login: person.email || String(person.member_number),
    hasPassword: person.password_hash !== null,
    passwordSince: person.password_set_at,
    sessions: sessionLines(rows, req.session.idHash, (hash) => markOf(deps, hash), req.t),
    hasOthers: rows.length > 1,
    offersFactor: isOn || isStaff(person),
    factorIsOn: isOn,
    factorDue,
    factorText: factorText(factorDue, req.t),
    sparesLeft: isOn ? await countTokensOf(deps.db, person.id, 'recovery', now) : 0,
  })
  return res.page('accounts/security', model, status)
}

/** What the hub shows of the account itself. */
export async function hubModel(deps: Deps, req: Request): Promise<PageModel> {
  const person = await findPerson(deps.db, req.viewer.personId ?? '')
  const due = await findFactorDue(deps, req.viewer)
  return {
    title: req.t('accounts.hub.title'),
    name: person?.given_name,
    number: String(person?.member_number ?? ''),
    ...linkCards(req.viewer, req.site, req.t),
    offersSecondFactor: isOfTeam(req.viewer) && !person?.totp_confirmed_at && (due || person?.password_hash),
    factorText: factorText(due, req.t),
  }
}

const MEMBERS_SHOWN = 20

/** @param form of the sign-in. @param search of the association, at a centre: volunteers have their space there. */
export async function showSignIn(
  deps: Deps,
  req: Request,
  res: Response,
  { form = emptyForm(), search = emptyForm(), status = 200 }: { form?: Form; search?: Form; status?: number },
) {
  const members = req.site.kind === 'association' ? null : await membersOf(deps, search)
  return res.page(
    'accounts/sign-in',
    { ...signInPage(req, form), members: members && { ...members, isBoth: req.site.kind === 'both' }, search },
    status,
  )
}

/** Whatever was typed: nobody learns who has an account where. */
async function membersOf(deps: Deps, { values }: Form) {
  const words = String([values.association ?? ''].flat()[0])
    .trim()
    .slice(0, 100)
  const found = await listMembersCalled(deps.db, words, MEMBERS_SHOWN + 1)
  return {
    words,
    hasMore: found.length > MEMBERS_SHOWN,
    sites: found.slice(0, MEMBERS_SHOWN).map(({ partner_name, partner_url }) => ({
      name: partner_name,
      href: `${partner_url.replace(/\/$/, '')}/sign-in`,
    })),
  }
}
