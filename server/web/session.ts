// SPDX-License-Identifier: AGPL-3.0-or-later
// The only cookie. The browser has a random name, the database only its hash.
import type { Request, RequestHandler, Response } from 'express'
import { isFileFault } from '../../db/open.ts'
import * as sessions from '../../db/queries/sessions.ts'
import { DAY, HOUR, MINUTE, later } from '../base/clock.ts'
import type { Deps } from '../deps.ts'
import { isStaff, type Held } from '../model/rights.ts'
import { NOBODY, viewerOf, type Viewer } from '../model/viewer.ts'

type Content = Record<string, unknown>

/** Idle and absolute lifetimes: shorter for people who see others' data (ASVS 7.3). */
const LIFE = { member: { idle: 30 * DAY, all: 90 * DAY }, staff: { idle: 8 * HOUR, all: 24 * HOUR } }
export const LONGEST_SESSION = LIFE.member.all
/** On a computer that others use too: also ends with the browser. */
const SHARED = { idle: 30 * MINUTE, all: 8 * HOUR }

const AFTER_SIGN_IN = ['locale', 'flash', 'form', 'shared']
/** `renewed`: the offer of a mailed link. */
const OF_BROWSER = [...AFTER_SIGN_IN, 'next', 'renewed']

/** As read when the person proved who they are: an access that was ended since is not opened again. */
type SignedIn = Held & { id: string; access_version: number }

type Params = Record<string, string | number>
/** What stands beside the message: a button that undoes what it tells, and a link. `value`: what the button sends. */
type Also = {
  undo?: { action: string; value: string; label: string } | undefined
  link?: { href: string; label: string } | undefined
}
type Flash = Also & { key: string; params: Params; kind: 'ok' | 'wait' }

export type Session = {
  /** Hash of the name in the cookie; undefined until something is stored. */
  readonly idHash: string | undefined
  /** Hash of the name that came with the request, also of a session that is over. */
  readonly sentHash: string | undefined
  /** When the session of somebody who sees others' data, or on a shared computer, ends if nothing more is asked for. */
  readonly endsAt: string | undefined
  get(key: string): unknown
  set(key: string, value: unknown): void
  flash(key: string, params?: Params, kind?: 'ok' | 'wait', also?: Also): void
  takeFlash(): Flash | undefined
  /** What it holds of the browser, and nothing of who uses it. */
  ofBrowser(): Record<string, unknown>
  /** A new name for the same content, because another person may have planted the old one in the browser. */
  renew(): Promise<void>
  /** A session name from before the sign-in is never kept. */
  signIn(person: SignedIn): Promise<void>
  signOut(): Promise<void>
  save(): Promise<void>
  /** For pages, which are shown also while nothing can be written (full disk, locked file). */
  saveIfPossible(): Promise<void>
}

/** Browsers send a cookie to every port of a host, so two instances on one machine need two names. */
export function cookieName({ config }: Deps): string {
  return config.isHttps ? '__Host-mainforte' : `mainforte-${new URL(config.publicUrl).port || '80'}`
}

function readCookie(req: Request, name: string): string | undefined {
  for (const part of (req.headers.cookie ?? '').split(';')) {
    const [key, value] = part.trim().split('=')
    if (key === name && value && /^[\w-]{43}$/.test(value)) return value
  }
  return undefined
}

/** `res.page` and `redirect` save the session before they answer. */
export function sessionReader(deps: Deps): RequestHandler {
  return async (req, res, next) => {
    const token = readCookie(req, cookieName(deps))
    const now = deps.clock.iso()
    const sentHash = token && deps.secrets.hash(token)
    const row = sentHash ? await sessions.findSession(deps.db, sentHash, now) : undefined
    const staff = row !== undefined && isStaff(row)
    const isShared = row?.content.shared === true
    const { idle } = isShared ? SHARED : staff ? LIFE.staff : LIFE.member
    const alive = row && later(row.seen_at, idle) > now ? row : undefined
    req.viewer = alive ? viewerIn(alive) : NOBODY
    const isDue = alive && later(alive.seen_at, isShared ? MINUTE : 10 * MINUTE) < now
    if (isDue) void noteUse(deps, alive.id_hash, now)
    const idleEnd = alive && later(isDue ? now : alive.seen_at, idle)
    const endsAt = idleEnd && (staff || isShared) ? [idleEnd, alive.expires_at].toSorted()[0] : undefined
    req.session = createSession(deps, res, alive ? token : undefined, alive, { endsAt, sentHash })
    next()
  }
}

function viewerIn(row: sessions.SessionRow) {
  const { person_id: id, person_name: name, roles } = row
  return id ? viewerOf(id, name, roles, row) : NOBODY
}

/** No page waits for it: it is shown also while nothing can be written. */
async function noteUse(deps: Deps, idHash: string, now: string): Promise<void> {
  try {
    await sessions.touchSession(deps.db, idHash, now)
  } catch (error) {
    deps.log.warn('the use of a session could not be noted', { error: String(error) })
  }
}

function createSession(
  deps: Deps,
  res: Response,
  token: string | undefined,
  row: sessions.SessionRow | undefined,
  known: Pick<Session, 'endsAt' | 'sentHash'>,
): Session {
  let name = token
  let personId = row?.person_id ?? null
  let accessVersion = row?.access_version ?? 1
  const content: Content = row ? row.content : {}
  let changed = false

  const isShared = () => content.shared === true
  const setCookie = (value: string, maxAge: number) =>
    res.cookie(cookieName(deps), value, {
      httpOnly: true,
      sameSite: 'lax',
      secure: deps.config.isHttps,
      path: '/',
      ...(!isShared() && { maxAge }),
    })
  const begin = async (life: number) => {
    name = deps.secrets.token()
    const now = deps.clock.iso()
    await sessions.insertSession(deps.db, {
      id_hash: deps.secrets.hash(name),
      person_id: personId,
      access_version: accessVersion,
      content: JSON.stringify(content),
      device: deviceOf(res.req.headers['user-agent']),
      created_at: now,
      seen_at: now,
      expires_at: later(now, life),
    })
    setCookie(name, life)
    if (res.getHeader('Cache-Control') !== 'no-store') res.set('Cache-Control', 'private, no-cache')
  }
  const end = async () => {
    if (name) await sessions.deleteSession(deps.db, deps.secrets.hash(name))
    name = undefined
  }

  return {
    get idHash() {
      return name ? deps.secrets.hash(name) : undefined
    },
    ...known,
    get: (key) => content[key],
    set(key, value) {
      if (value === undefined) delete content[key]
      else content[key] = value
      changed = true
    },
    flash(key, params = {}, kind = 'ok', also = {}) {
      this.set('flash', { key, params, kind, ...also })
    },
    takeFlash() {
      const flash = content.flash as ReturnType<Session['takeFlash']>
      if (flash) this.set('flash', undefined)
      return flash
    },
    ofBrowser: () => Object.fromEntries(Object.entries(content).filter(([key]) => OF_BROWSER.includes(key))),
    async renew() {
      await end()
      await begin(isShared() ? SHARED.all : LIFE.member.idle)
      changed = false
    },
    async signIn(person) {
      const staff = isStaff(person)
      await end()
      personId = person.id
      accessVersion = person.access_version
      for (const key of Object.keys(content)) if (!AFTER_SIGN_IN.includes(key)) delete content[key]
      await begin(isShared() ? SHARED.all : staff ? LIFE.staff.all : LIFE.member.all)
      changed = false
    },
    async signOut() {
      await end()
      personId = null
      res.clearCookie(cookieName(deps), { path: '/', httpOnly: true, secure: deps.config.isHttps, sameSite: 'lax' })
      for (const key of Object.keys(content)) delete content[key]
      changed = false
    },
    async save() {
      if (!changed) return
      changed = false
      if (name) await sessions.updateSession(deps.db, deps.secrets.hash(name), JSON.stringify(content))
      else await begin(LIFE.member.idle)
    },
    async saveIfPossible() {
      try {
        await this.save()
      } catch (error) {
        if (!isFileFault(error)) throw error
        deps.log.warn('a session could not be saved', { error: String(error) })
      }
    },
  }
}

/** "Firefox, Linux": enough to recognise one's own device, and no more. */
export function deviceOf(agent: string | undefined): string {
  const text = agent ?? ''
  const browser = ['Edg', 'OPR', 'Firefox', 'Chrome', 'Safari'].find((word) => text.includes(word)) ?? ''
  const system =
    ['Android', 'iPhone', 'iPad', 'Windows', 'Macintosh', 'Linux'].find((word) => text.includes(word)) ?? ''
  return [{ Edg: 'Edge', OPR: 'Opera' }[browser] ?? browser, system].filter(Boolean).join(', ')
}

export type { Viewer }
