// SPDX-License-Identifier: AGPL-3.0-or-later
// Inviting people who are known already to an offer.
import type { Request, Response } from 'express'
import { firstRows } from '../../../db/keyset.ts'
import { listInvited, listPastVolunteers, listTakenUp, type Invitable } from '../../../db/queries/invitations.ts'
import { peopleList } from '../../../db/queries/people.ts'
import type { Deps } from '../../deps.ts'
import { choiceFor } from '../../model/notice-choices.ts'
import { closedWhy } from '../../model/offer/standing.ts'
import { emptyForm, parseForm, type Form } from '../../web/forms.ts'
import type { Handler } from '../../web/handler.ts'
import { redirect } from '../../web/redirect.ts'
import { keepSearch, readSearch, searchForm } from '../../web/searches.ts'
import { inviteToOffer } from '../commands/invite.ts'
import { inviteForm } from '../forms.ts'
import { invitationsPage } from '../pages/invitations.ts'
import { pathOf, readOwn, type Own } from '../responses.ts'

const MOST_PAST = 60
const MOST_FOUND = 40
const MOST_INVITED = 200

export const show =
  (deps: Deps): Handler =>
  (req, res) =>
    render(deps, req, res, emptyForm())

const isClosed = ({ offer, taken, now }: Own) => closedWhy(offer, taken, now) !== undefined

async function render(deps: Deps, req: Request, res: Response, form: Form, status = 200) {
  const own = await readOwn(deps, req)
  const { offer } = own
  const search = readSearch(req, 'people')
  const past = await listPastVolunteers(deps.db, offer.content.causes, MOST_PAST)
  const filter = { who: 'active', q: search.words } as const
  const named = search.words === '' ? [] : await firstRows(peopleList(deps.db, filter), MOST_FOUND)
  const found = named.filter(({ email }) => email !== '')
  const taken = await listTakenUp(
    deps.db,
    offer.id,
    [...past, ...found].map(({ id }) => id),
  )
  const isFree = (one: Invitable) => !taken.has(one.id) && choiceFor(one.notice_choices, 'invitations') !== 'none'
  const lists = { past: past.filter(isFree), found: found.filter(isFree) }
  const invited = await listInvited(deps.db, offer.id, MOST_INVITED)
  await res.page(
    'offers/invitations',
    invitationsPage({ ...own, t: req.t }, { ...lists, invited, search }, form),
    status,
  )
}

/** The words go into the session, because names must not be in a URL. */
export const search =
  (deps: Deps): Handler =>
  async (req, res) => {
    const own = await readOwn(deps, req)
    if (isClosed(own)) return render(deps, req, res, emptyForm(), 409)
    const { offer } = own
    const parsed = parseForm(searchForm, req.body)
    if (!parsed.ok) return render(deps, req, res, parsed.form, 422)
    const key = keepSearch(deps, req, 'people', parsed.value)
    await redirect(req, res, `${pathOf(offer, '/invitations')}${key && `?search=${key}`}`)
  }

export const invite =
  (deps: Deps): Handler =>
  async (req, res) => {
    const own = await readOwn(deps, req)
    // The page says so, and keeps nothing to fill in.
    if (isClosed(own)) return render(deps, req, res, emptyForm(), 409)
    const { offer } = own
    const parsed = parseForm(inviteForm, req.body)
    if (!parsed.ok) return render(deps, req, res, parsed.form, 422)
    const count = await inviteToOffer(deps, req.viewer, offer.id, parsed.value)
    if (count === 0) req.session.flash('offers.invite.nobody', {}, 'wait')
    else req.session.flash('offers.invite.done', { count })
    await redirect(req, res, pathOf(offer, '/invitations'))
  }
