// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Request, Response } from 'express'
import { listKnownHosts } from '../../db/queries/known-peers.ts'
import { findParked, listParked } from '../../db/queries/operator.ts'
import { listRefusedKinds } from '../../db/queries/fed-deliveries.ts'
import { listFailures } from '../../db/queries/peers.ts'
import { later } from '../base/clock.ts'
import type { Deps } from '../deps.ts'
import { settleParked } from '../operator/commands/queues.ts'
import { NotFound } from '../web/errors.ts'
import { parseForm, withErrors, type Form } from '../web/forms.ts'
import { param, query, type Handler } from '../web/handler.ts'
import { wholeNumber } from '../web/paging.ts'
import { redirect } from '../web/redirect.ts'
import { runCommand } from '../web/run-command.ts'
import { keepSearch, readSearch, searchForm } from '../web/searches.ts'
import * as changes from './pages/changes.ts'
import * as commands from './commands.ts'
import { consequencesOf } from './consequences.ts'
import { blockForm, hostForm, readState, type Filter } from './forms.ts'
import {
  countStates,
  leftOutBy,
  listKnown,
  lookAround,
  situationOf,
  total,
  under,
  type KnownPeer,
  type Outlook,
} from './known.ts'
import { MOST_PARKED, sendList, showList } from './responses.ts'
import * as pages from './pages/list.ts'
import { readPolicy, readPolicyOfMembers } from './in-force.ts'
import { MOST_REFUSED, REFUSED_FOR } from './refusals.ts'
import { allows, domainsOver } from './rules.ts'

const filterOf = (req: Request): Filter => ({
  search: readSearch(req, 'peers'),
  state: readState(query(req, 'state')),
})

export const index =
  (deps: Deps): Handler =>
  (req, res) =>
    showList(deps, req, res, filterOf(req))

/** The words go into the session, because names must not be in a URL (ASVS 14.2.1). */
export const search =
  (deps: Deps): Handler =>
  async (req, res) => {
    const parsed = parseForm(searchForm, req.body)
    const state = readState(parsed.form.values['state'])
    if (!parsed.ok) return showList(deps, req, res, { ...filterOf(req), state }, parsed.form)
    await redirect(req, res, pages.addressOf(keepSearch(deps, req, 'peers', parsed.value), state))
  }

export const exportAll =
  (deps: Deps): Handler =>
  async (req, res) => {
    const filter = filterOf(req)
    // Without the lost search, the file would have more lines than asked for; the list says that the search is lost.
    if (filter.search.isLost) return redirect(req, res, pages.addressOf(query(req, 'search'), filter.state))
    await sendList(deps, req, res, filter)
  }

async function load(deps: Deps, req: Request): Promise<KnownPeer> {
  const [found] = await listKnown(await lookAround(deps.db, deps), { hosts: [param(req, 'host')] })
  if (!found) throw new NotFound()
  return found
}

export const show =
  (deps: Deps): Handler =>
  async (req, res) => {
    const peer = await load(deps, req)
    const failures = await listFailures(deps.db, peer.host)
    const parked = await listParked(deps.db, MOST_PARKED, peer.host)
    const since = later(deps.clock.iso(), -REFUSED_FOR)
    const refused = await listRefusedKinds(deps.db, peer.host, { most: MOST_REFUSED, since })
    await res.page('peers/show', pages.showPage(req.t, peer, { failures, refused, parked }))
  }

export const askBlock =
  (deps: Deps): Handler =>
  async (req, res) => {
    if (req.query['host'] === undefined) return res.page('peers/ask-block', changes.askBlockPage(req.t))
    const host = await readNamed(deps, req, res, { host: query(req, 'host') })
    if (host) await showBlock(deps, req, res, host)
  }

/** An account may be typed too; only its host goes into the URL. */
export const nameBlock =
  (deps: Deps): Handler =>
  async (req, res) => {
    const host = await readNamed(deps, req, res, req.body)
    if (host) await redirect(req, res, pages.blockPath(host))
  }

async function readNamed(deps: Deps, req: Request, res: Response, given: unknown): Promise<string | undefined> {
  const parsed = parseForm(hostForm, given)
  const fault = parsed.ok ? commands.ownHostFault(deps, parsed.value.host) : undefined
  if (parsed.ok && !fault) return parsed.value.host
  const form = fault ? withErrors(parsed.form, fault.fields) : parsed.form
  await res.page('peers/ask-block', changes.askBlockPage(req.t, form), 422)
  return undefined
}

async function showBlock(deps: Deps, req: Request, res: Response, host: string, form?: Form) {
  const outlook = await lookAround(deps.db, deps)
  const out = under(host)
  const [own] = await listKnown(outlook, { hosts: [host] })
  if (own?.state === 'blocked') return redirect(req, res, pages.pathOf(host))
  const known = total(await countStates(outlook, out.filter))
  const named = await listKnownHosts(deps.db, outlook.sight, out.filter, { limit: changes.MOST_NAMED + 1, offset: 0 })
  const model = changes.blockPage(req.t, {
    host,
    isKnown: own !== undefined,
    under: named
      .map((one) => one.host)
      .filter((one) => one !== host)
      .slice(0, changes.MOST_NAMED),
    count: own ? known - 1 : known,
    above: known > 0 ? undefined : await aboveOf(outlook, host),
    gone: await consequencesOf(deps.db, deps, out),
    ...(form && { form }),
  })
  await res.page('peers/block', model, form ? 422 : 200)
}

/** No site is known under this name, but one above it: often `www.` was pasted with the address. */
async function aboveOf({ db, sight }: Outlook, host: string): Promise<string | undefined> {
  return (await listKnownHosts(db, sight, { hosts: domainsOver(host) }, { limit: 1, offset: 0 }))[0]?.host
}

export const block =
  (deps: Deps): Handler =>
  async (req, res) => {
    const parsed = parseForm(blockForm, req.body)
    if (!parsed.ok) {
      const { errors, values } = parsed.form
      if (errors['host']) return res.page('peers/ask-block', changes.askBlockPage(req.t, parsed.form), 422)
      return showBlock(deps, req, res, String(values['host']), parsed.form)
    }
    const done = await runCommand(parsed.form, () => commands.blockDomain(deps, req.viewer, parsed.value))
    if (!done.ok) return res.page('peers/ask-block', changes.askBlockPage(req.t, done.form), 422)
    req.session.flash('peers.block.done')
    await redirect(req, res, pages.pathOf(parsed.value.host))
  }

const asking =
  (what: changes.Confirmed) =>
  (deps: Deps): Handler =>
  async (req, res) => {
    const peer = await load(deps, req)
    if (!allows(situationOf(peer), what)) return redirect(req, res, pages.pathOf(peer.host))
    await res.page('peers/confirm', changes.confirmPage(req.t, what, peer))
  }

export const askUnblock = asking('unblock')
export const askForget = asking('forget')
export const askLeaveOut = asking('leave_out')

const doing =
  (flash: string, change: (deps: Deps, by: Request['viewer'], host: string) => Promise<void>) =>
  (deps: Deps): Handler =>
  async (req, res) => {
    await change(deps, req.viewer, param(req, 'host'))
    req.session.flash(flash)
    await redirect(req, res, pages.pathOf(param(req, 'host')))
  }

export const retry = doing('peers.retry.done', commands.retryDeliveries)
export const forget = doing('peers.forget.done', commands.forgetDeliveries)
export const pause = doing('peers.pause.done', commands.pausePeer)
export const resume = doing('peers.resume.done', commands.resumePeer)
export const unblock = doing('peers.unblock.done', commands.unblockDomain)
export const allow = doing('peers.allow.done', commands.allowPeer)
export const leaveOut = doing('peers.leave_out.done', commands.leaveOut)

export const askMembersOnly =
  (deps: Deps): Handler =>
  (req, res) =>
    showMembersOnly(deps, req, res)

async function showMembersOnly(deps: Deps, req: Request, res: Response, form?: Form) {
  const isClosed = (await readPolicy(deps.db, deps)).mode === 'members'
  const policy = await readPolicyOfMembers(deps.db, deps)
  const outlook = await lookAround(deps.db, deps, policy)
  const out = leftOutBy(policy)
  const counts = await countStates(outlook, {})
  const model = changes.membersOnlyPage(req.t, {
    isClosed,
    out: await listKnown(outlook, out.filter, { limit: changes.MOST_NAMED, offset: 0 }),
    count: counts.left_out,
    kept: total(counts) - counts.left_out - counts.blocked,
    gone: await consequencesOf(deps.db, deps, out),
    ...(form && { form }),
  })
  await res.page('peers/members-only', model, form ? 422 : 200)
}

export const restrict =
  (deps: Deps): Handler =>
  async (req, res) => {
    await commands.restrictToMembers(deps, req.viewer)
    req.session.flash('peers.members.done')
    await redirect(req, res, pages.LIST)
  }

export const open =
  (deps: Deps): Handler =>
  async (req, res) => {
    await commands.openToAll(deps, req.viewer)
    req.session.flash('peers.members.opened')
    await redirect(req, res, pages.LIST)
  }

export const add =
  (deps: Deps): Handler =>
  async (req, res) => {
    const parsed = parseForm(hostForm, req.body)
    if (!parsed.ok) return showMembersOnly(deps, req, res, parsed.form)
    const done = await runCommand(parsed.form, () => commands.allowPeer(deps, req.viewer, parsed.value.host))
    if (!done.ok) return showMembersOnly(deps, req, res, done.form)
    req.session.flash('peers.allow.done')
    await redirect(req, res, `${pages.LIST}/members-only`)
  }

/** The number of the message in the address. @throws NotFound for what is no number. */
function activityOf(req: Request): number {
  const seq = wholeNumber(param(req, 'activity'), 0, Number.MAX_SAFE_INTEGER)
  if (seq === undefined) throw new NotFound()
  return seq
}

export const askPutAside =
  (deps: Deps): Handler =>
  async (req, res) => {
    const message = await findParked(deps.db, activityOf(req))
    if (!message) throw new NotFound()
    await res.page('peers/confirm', changes.forgetMessagePage(req.t, message))
  }

const settling =
  (flash: string, to: 'waiting' | 'ignored') =>
  (deps: Deps): Handler =>
  async (req, res) => {
    await settleParked(deps, req.viewer, activityOf(req), to)
    req.session.flash(flash)
    await redirect(req, res, pages.LIST)
  }

export const readAgain = settling('peers.parked.reread', 'waiting')
export const putAside = settling('peers.parked.ignored', 'ignored')
