// SPDX-License-Identifier: AGPL-3.0-or-later
// A whole instance on loopback; only clock, mailer and outside network are replaced.
import { existsSync, writeFileSync } from 'node:fs'
import { readConfig } from '../../config/env.ts'
import { openConnection } from '../../db/open.ts'
import { insertKey } from '../../db/queries/fed-actors.ts'
import { SECOND, heldClock, later } from '../../server/base/clock.ts'
import { createLog } from '../../server/base/log.ts'
import { createInstance, type Instance } from '../../server/create-instance.ts'
import { emptyMemory } from '../../server/memory.ts'
import { createCommits } from '../../server/queue/commits.ts'
import { publicPaths } from '../../server/routes.ts'
import { createBrowser, type Browser } from './browser.ts'
import { emptyDatabase, takeDatabase, type KeptWorld, type OpenDatabase } from './kept-databases.ts'
import { keyPair } from './keys.ts'
import { NAMES, PASSWORD, fillWorld, type Name } from './world.ts'

export const START = '2026-11-22T09:00:00.000Z'
const open: { instance: Instance; database: OpenDatabase }[] = []

export type World = Instance & {
  url: string
  clock: ReturnType<typeof heldClock>
  logged: string[]
  browser(language?: string): Browser
  /** `isRead`: the page that it leads to is asked for too. */
  signIn(name: Name, options?: { isRead?: boolean }): Promise<Browser>
  id(name: Name): string
  mails(): Promise<{ to: string; subject: string; text: string; html: string; template: string }[]>
  /** The first link in the newest mail to that address. */
  linkFor(email: string): Promise<string>
}

export type WorldOptions = {
  kind?: 'association' | 'centre' | 'both'
  empty?: boolean
  locale?: 'fr' | 'fr-CA' | 'en'
  env?: Record<string, string>
  /** False when a server of the test answers with `handle`. */
  listens?: false
  /** False when nothing happens at a time of day: what is still done is done because of a commit. */
  starts?: false
  /** Where its database lies, so that others can open it too. */
  file?: string
  /** False when it makes the key of its actor itself, which takes long. */
  hasKey?: false
  /** Goes on with what `keep` returned. */
  from?: Omit<KeptWorld<unknown>, 'more'>
  before?: (deps: Instance['deps']) => Promise<void>
}

function databaseFor({ from, file }: WorldOptions): OpenDatabase {
  const bytes = from?.bytes ?? emptyDatabase(START)
  if (!file) return takeDatabase(bytes)
  if (!existsSync(file)) writeFileSync(file, bytes)
  const connection = openConnection(file)
  connection.pragma('synchronous = OFF')
  return { connection }
}

export async function startApp(options: WorldOptions = {}): Promise<World> {
  // A second after the last ids were made, so that those of this process come after them.
  const clock = heldClock(options.from ? later(options.from.at, SECOND) : START)
  const logged: string[] = []
  const reading = readConfig({
    NODE_ENV: 'test',
    PUBLIC_URL: 'http://localhost:3000',
    SECRET_KEY: 'a-secret-for-tests-only-a-secret-for-tests-only',
    DATA_DIR: '/nonexistent',
    MAIL_FROM: 'mainforte@example.org',
    // The cast signs in with a password; test/web/second-factor.test.ts has it required.
    SECOND_FACTOR: 'offered',
    // Answers leave at once; test/web/undo.test.ts has them held.
    UNDO_SECONDS: '0',
    ...options.env,
  })
  if (!reading.ok) throw new Error(reading.faults.join('\n'))
  const database = databaseFor(options)
  const instance = await createInstance(
    { ...reading.config, port: options.env?.['PORT'] ? reading.config.port : 0 },
    {
      clock,
      connection: database.connection,
      openBeside: database.openBeside,
      // So that what follows from a commit does not begin in the middle of a later step of a test.
      commits: createCommits(0),
      log: createLog('debug', 'plain', clock, (line) => void logged.push(line)),
      onMissingText: (key) => {
        throw new Error(`no text for ${key}`)
      },
    },
  )
  if (options.hasKey !== false && !options.from) await giveKey(instance.deps, open.length)
  open.push({ instance, database })
  const ids: Partial<Record<Name, string>> =
    options.from?.ids ?? (options.empty ? {} : await fillWorld(instance.deps, options))
  await options.before?.(instance.deps)
  const url = await begin(instance, options)
  const forget = () => void (instance.deps.memory.answers = emptyMemory().answers)
  const kept = { paths: publicPaths(), forget }
  const browser = (language = 'fr') => createBrowser(url, reading.config.publicUrl, language, kept)
  const mails = async () => {
    await instance.settle()
    const rows = await instance.deps.db.selectFrom('mails').selectAll().orderBy('id').execute()
    return rows.map((row) => ({
      to: row.to_email,
      subject: row.subject,
      text: row.body_text,
      html: row.body_html,
      template: row.template,
    }))
  }
  return Object.assign(instance, {
    url,
    clock,
    logged,
    browser,
    mails,
    async signIn(name: Name, { isRead = false } = {}) {
      const b = browser()
      await (isRead ? b.post : b.postOnly)('/sign-in', { login: `${name}@example.org`, password: PASSWORD })
      if (!b.cookie) throw new Error(`${name} could not sign in: ${b.status} ${b.text.slice(0, 300)}`)
      return b
    },
    id: (name: Name) => ids[name]!,
    async linkFor(email: string) {
      const mail = (await mails()).filter(({ to }) => to === email).at(-1)
      const link = /https?:\/\/[^\s<>"]+/.exec(mail?.text ?? '')?.[0]
      if (!link) throw new Error(`no link was mailed to ${email}`)
      return link.slice(reading.config.publicUrl.length)
    },
  })
}

/** Another for each instance that is open at once. */
async function giveKey({ db, config, secrets, clock }: Instance['deps'], at: number): Promise<void> {
  const { publicKey, privateKey } = keyPair(`own-${at}`)
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
  await insertKey(db, {
    actor_uri: `${config.publicUrl}/actor`,
    public_pem: publicKey.export({ type: 'spki', format: 'pem' }) as string,
    private_sealed: secrets.seal(pem, 'actor key'),
    created_at: clock.iso(),
  })
}

async function begin(instance: Instance, { listens, starts }: WorldOptions): Promise<string> {
  if (starts === false) return instance.deps.config.publicUrl
  if (listens !== false) return `http://127.0.0.1:${(await instance.listen()).port}`
  instance.start()
  return instance.deps.config.publicUrl
}

/** Call in afterEach: stops every instance the test started. */
export async function stopApps(): Promise<void> {
  for (const { instance } of open.splice(0)) await instance.stop()
}

/** Stops it, so that what is in memory is written. @returns what others of the same options can go on with. */
export async function keep(world: World): Promise<Omit<KeptWorld<unknown>, 'more'>> {
  const at = open.findIndex(({ instance }) => instance.deps === world.deps)
  const [{ instance, database }] = open.splice(at, 1) as [(typeof open)[number]]
  const ids = Object.fromEntries(NAMES.map((name) => [name, world.id(name)]))
  const kept = { bytes: Buffer.alloc(0) as Buffer, ids, at: world.clock.iso() }
  const { connection } = database
  const { close } = connection
  connection.close = () => {
    kept.bytes = connection.serialize()
    return close.call(connection)
  }
  await instance.stop()
  return kept
}
