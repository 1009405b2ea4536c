// SPDX-License-Identifier: AGPL-3.0-or-later
// Being mailed what is new, without an account. Each link is confirmed on a page, because mail programs open links.
import type { Request, Response } from 'express'
import { listAlertsOf, type SubscriberRow } from '../../db/queries/alerts.ts'
import { networkOf } from '../base/network.ts'
import type { Deps } from '../deps.ts'
import { countTries, refuseTooMany } from '../limits.ts'
import { followPage } from '../search/pages/follow-page.ts'
import { labelOf } from '../search/pages/search-page.ts'
import { queryOf, readQueryText } from '../search/query.ts'
import { cardView, readQuery, understandFor } from '../search/request.ts'
import { search, type Query } from '../search/search.ts'
import { NotFound } from '../web/errors.ts'
import { emailKey } from '../web/fields.ts'
import { emptyForm, parseForm, type Form } from '../web/forms.ts'
import { param, type Handler } from '../web/handler.ts'
import { sentForm } from '../web/once.ts'
import { redirect } from '../web/redirect.ts'
import * as commands from './commands.ts'
import { readAlertForm, removalForm, rhythmForm, type AlertInput } from './forms.ts'
import { TRAP } from '../web/fields.ts'
import { pathOf } from './link.ts'
import { askForm, ownData, ownPage } from './pages.ts'

export const follow =
  (deps: Deps): Handler =>
  async (req, res) => {
    const { query } = readQuery(deps, req)
    return res.page('search/follow', await followModel(deps, req, query, emptyForm({ rhythm: 'weekly' })))
  }

async function followModel(deps: Deps, req: Request, query: Query, form: Form) {
  const label = await labelFor(deps, req, query)
  const text = queryOf(query.asked, { sort: null })
  return { ...followPage(req.t, req.site, query.asked, label), ...askForm(req.t, form, text) }
}

async function labelFor(deps: Deps, req: Request, query: Query): Promise<string> {
  const found = await search(deps, query, deps.clock.iso(), { perPage: 1 })
  return labelOf(cardView(deps, req), query, found)
}

export const ask =
  (deps: Deps): Handler =>
  async (req, res) => {
    const parsed = readAlertForm(req.body)
    const text = [parsed.form.values.search ?? ''].flat()[0]!
    const query = understandFor(deps, req, readQueryText(text, deps.taxonomies).asked)
    if (!parsed.ok) return res.page('search/follow', await followModel(deps, req, query, parsed.form), 422)
    await take(deps, req, parsed.value, query)
    return redirect(req, res, '/offers/follow/sent')
  }

/** The next page is always the same: nobody learns that a limit was reached or who is mailed already. */
async function take(
  deps: Deps,
  req: Request,
  { email, rhythm, [TRAP]: trap }: AlertInput,
  query: Query,
): Promise<void> {
  await refuseTooMany(deps, [{ limit: 'mails from a network', of: networkOf(req.ip) }])
  if (trap !== '') return deps.log.info('a program filled in the form for new offers', { id: req.id })
  const of = emailKey(email)
  const wait = await countTries(deps, [
    { limit: 'mails to a mailbox', of },
    { limit: 'alerts of a mailbox', of },
  ])
  if (wait > 0) return deps.log.warn('too many mails to one mailbox', { id: req.id })
  const label = await labelFor(deps, req, query)
  const asked = { query: queryOf(query.asked, { sort: null }), label, rhythm, locale: req.t.locale }
  await commands.askForAlert(deps, { email, ...asked }, sentForm(req))
}

export const sent = (): Handler => (req, res) =>
  res.page('alerts/sent', { title: req.t('alerts.sent.title'), robots: 'noindex' })

export const confirmPage =
  (deps: Deps): Handler =>
  async (req, res) => {
    const token = param(req, 'token')
    const asked = await commands.findAsked(deps, token)
    if (!asked) return over(req, res)
    const model = { title: req.t('alerts.confirm.title'), robots: 'noindex', action: `/alerts/new/${token}`, asked }
    return res.page('alerts/confirm', model)
  }

export const confirm =
  (deps: Deps): Handler =>
  async (req, res) => {
    const link = await confirmed(deps, req)
    if (link === undefined) return over(req, res)
    return redirect(req, res, pathOf(link))
  }

async function confirmed(deps: Deps, req: Request): Promise<string | undefined> {
  const link = await commands.confirmAlert(deps, param(req, 'token'))
  if (link !== undefined) req.session.flash('alerts.confirm.done')
  return link
}

const over = (req: Request, res: Response) =>
  res.page('alerts/over', { title: req.t('alerts.over.title'), robots: 'noindex' }, 410)

type Own = (deps: Deps, req: Request, res: Response, row: SubscriberRow) => Promise<unknown>
/** @throws nothing for a link that was stopped: the page says so. */
const own =
  (answer: Own) =>
  (deps: Deps): Handler =>
  async (req, res) => {
    const row = await commands.findByLink(deps, param(req, 'token'))
    return row ? answer(deps, req, res, row) : over(req, res)
  }

async function page(deps: Deps, req: Request, res: Response, row: SubscriberRow, form?: Form): Promise<void> {
  const all = await listAlertsOf(deps.db, [row.id])
  const shown = form ?? emptyForm({ rhythm: row.rhythm })
  await res.page('alerts/own', ownPage(req.t, row, all, param(req, 'token'), shown), form ? 422 : 200)
}

export const show = own((deps, req, res, row) => page(deps, req, res, row))

export const data = own(async (deps, _req, res, row) => {
  res.set('Content-Disposition', 'attachment; filename="mes-alertes.json"')
  res.json(ownData(row, await listAlertsOf(deps.db, [row.id])))
})

export const save = own(async (deps, req, res, row) => {
  const parsed = parseForm(rhythmForm, req.body)
  if (!parsed.ok) return page(deps, req, res, row, parsed.form)
  await commands.changeRhythm(deps, row, parsed.value.rhythm)
  req.session.flash('alerts.own.saved')
  return redirect(req, res, pathOf(param(req, 'token')))
})

export const renew = own(async (deps, req, res, row) => {
  await commands.renewAlerts(deps, row)
  req.session.flash('alerts.own.renewed')
  return redirect(req, res, pathOf(param(req, 'token')))
})

export const remove = own(async (deps, req, res, row) => {
  const parsed = parseForm(removalForm, req.body)
  if (!parsed.ok) throw new NotFound()
  const isLeft = await commands.removeAlert(deps, row, parsed.value.alert)
  if (!isLeft) return res.page('alerts/stopped', { title: req.t('alerts.stopped.title'), robots: 'noindex' })
  req.session.flash('alerts.own.removed')
  return redirect(req, res, pathOf(param(req, 'token')))
})

export const askStop = own(async (_deps, req, res, row) =>
  res.page('alerts/stop', {
    title: req.t('alerts.stop.title'),
    robots: 'noindex',
    email: row.email,
    base: pathOf(param(req, 'token')),
  }),
)

/** Also sent by mail programs, without a cookie or a form of ours; the link itself is the proof. */
export const stop =
  (deps: Deps): Handler =>
  async (req, res) => {
    await commands.stopAlerts(deps, param(req, 'token'))
    return res.page('alerts/stopped', { title: req.t('alerts.stopped.title'), robots: 'noindex' })
  }
