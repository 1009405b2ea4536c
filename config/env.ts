// SPDX-License-Identifier: AGPL-3.0-or-later
// Reads the environment once and reports every fault at once.
import { isIP } from 'node:net'
import { join, resolve } from 'node:path'
import { textsFor, type Say } from './node/texts.js'
import { unknownVariables } from './unknown-variables.ts'
import * as values from './values.ts'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent'
export type LogFormat = 'plain' | 'json'

export type Config = Readonly<{
  /** Origin people use, without a trailing slash. */
  publicUrl: string
  isHttps: boolean
  host: string
  port: number
  /** Processes that answer visitors: 1 does everything in one. */
  webProcesses: number
  /** Absolute path. */
  dataDir: string
  /** SECRET_KEY or the content of SECRET_KEY_FILE; undefined: use the one kept in dataDir, or create it. */
  secretKey: string | undefined
  smtpUrl: string | undefined
  mailFrom: string
  /** Where answers to mails of a conversation arrive; undefined: nothing receives mail. */
  mailReplies: MailReplies | undefined
  /** True: staff pages lead to its set-up, some days after the role was given. */
  secondFactorRequired: boolean
  /** Months after which an invitation that nobody opened, and people without a sign of life, are erased. */
  keepInvitedMonths: number
  keepInactiveMonths: number
  /** Seconds during which a moderator's answer can be undone; 0: it leaves at once. */
  undoSeconds: number
  /** Addresses and networks (CIDR). */
  trustedProxies: readonly string[]
  federation: boolean
  /** `host:port`, lower case. */
  federationAllowHosts: readonly string[]
  /** Where the source code that runs here is published; undefined: this site serves it. */
  sourceUrl: string | undefined
  logLevel: LogLevel
  logFormat: LogFormat
  /** Start of the clock (ISO instant, UTC), for tests and demonstrations. */
  now: string | undefined
  /** Everything but NODE_ENV=test is production: development has no weaker rules. */
  mode: 'production' | 'test'
}>

/** `address`: with `+` and a token before the `@`, it reaches the same mailbox. `folder`: its Maildir, absolute. */
export type MailReplies = Readonly<{ address: string; folder: string }>

export type Reading =
  Readonly<{ ok: true; config: Config; warnings: string[] }> | Readonly<{ ok: false; faults: string[] }>

/** DATA_DIR when it is not set: beside package.json. */
export const defaultDataDir = join(import.meta.dirname, '..', 'data')

/** env.example and INSTALL.md name exactly these (test/config). */
export const variableNames = [
  'PUBLIC_URL',
  'HOST',
  'PORT',
  'WEB_PROCESSES',
  'DATA_DIR',
  'SECRET_KEY',
  'SECRET_KEY_FILE',
  'SMTP_URL',
  'MAIL_FROM',
  'MAIL_REPLIES',
  'MAIL_REPLIES_DIR',
  'SECOND_FACTOR',
  'KEEP_INVITED_MONTHS',
  'KEEP_INACTIVE_MONTHS',
  'UNDO_SECONDS',
  'TRUSTED_PROXIES',
  'FEDERATION',
  'FEDERATION_ALLOW_HOSTS',
  'SOURCE_URL',
  'LOG_LEVEL',
  'LOG_FORMAT',
  'NOW',
] as const

type Name = (typeof variableNames)[number]
type Environment = Readonly<Record<string, string | undefined>>

const logLevels: readonly LogLevel[] = ['debug', 'info', 'warn', 'error', 'silent']
const logFormats: readonly LogFormat[] = ['plain', 'json']

/**
 * An empty variable counts as absent. A message never repeats a value that may hold a secret.
 * @param say gives faults and warnings their language; without it, that of the machine.
 */
export function readConfig(env: Environment, say: Say = textsFor(env)): Reading {
  const faults: string[] = []
  const warnings = unknownVariables(env, variableNames, say)
  const text = (name: Name): string | undefined => env[name]?.trim() || undefined
  const read = <T>(name: Name, parse: (value: string) => T, fallback: T): T => {
    const value = text(name)
    if (value === undefined) return fallback
    try {
      return parse(value)
    } catch (error) {
      faults.push(`${name} ${spoken(error, say)}`)
      return fallback
    }
  }

  const port = read('PORT', values.parsePort, 3000)
  const publicUrl = read('PUBLIC_URL', values.parseOrigin, `http://localhost:${port}`)
  const { protocol, hostname } = new URL(publicUrl)
  const isHttps = protocol === 'https:'

  if (text('SECRET_KEY') && text('SECRET_KEY_FILE')) faults.push(say('cli.setting.two_secrets'))
  const secretKey =
    read<string | undefined>('SECRET_KEY', values.parseSecret, undefined) ??
    read<string | undefined>('SECRET_KEY_FILE', (file) => values.parseSecret(values.contents(file)), undefined)

  const repliesTo = read<string | undefined>('MAIL_REPLIES', values.parseReplies, undefined)
  const repliesIn = read<string | undefined>('MAIL_REPLIES_DIR', values.parseMailbox, undefined)
  const pair = ['MAIL_REPLIES', 'MAIL_REPLIES_DIR'] as const
  const [missing, ...others] = pair.filter((name) => text(name) === undefined)
  if (missing && others.length === 0)
    faults.push(say('cli.setting.half_replies', { missing, given: pair.find((name) => name !== missing)! }))

  const config: Config = {
    publicUrl,
    isHttps,
    host: read('HOST', values.parseHost, '127.0.0.1'),
    port,
    webProcesses: read('WEB_PROCESSES', values.parseProcesses, 1),
    dataDir: read('DATA_DIR', (value) => resolve(value), defaultDataDir),
    secretKey,
    smtpUrl: read<string | undefined>('SMTP_URL', values.parseSmtp, undefined),
    mailFrom: read(
      'MAIL_FROM',
      values.parseSender,
      `mainforte@${isIP(values.bare(hostname)) ? 'localhost' : hostname}`,
    ),
    mailReplies: repliesTo && repliesIn ? Object.freeze({ address: repliesTo, folder: repliesIn }) : undefined,
    secondFactorRequired: read('SECOND_FACTOR', values.oneOf(['required', 'offered']), 'required') === 'required',
    keepInvitedMonths: read('KEEP_INVITED_MONTHS', values.parseMonths, 6),
    keepInactiveMonths: read('KEEP_INACTIVE_MONTHS', values.parseMonths, 36),
    undoSeconds: read('UNDO_SECONDS', values.parseUndo, 60),
    trustedProxies: read('TRUSTED_PROXIES', values.listOf(values.parseNetwork), []),
    federation: read('FEDERATION', values.oneOf(['on', 'off']), 'on') === 'on',
    federationAllowHosts: read('FEDERATION_ALLOW_HOSTS', values.listOf(values.parseHostPort), []),
    sourceUrl: read<string | undefined>('SOURCE_URL', values.parseLink, undefined),
    logLevel: read('LOG_LEVEL', values.oneOf(logLevels), 'info'),
    logFormat: read('LOG_FORMAT', values.oneOf(logFormats), 'plain'),
    now: read<string | undefined>('NOW', values.parseInstant, undefined),
    mode: env['NODE_ENV'] === 'test' ? 'test' : 'production',
  }

  if (/^https:/i.test(text('PUBLIC_URL') ?? '') && text('NOW')) faults.push(say('cli.setting.clock_and_https'))
  if (faults.length > 0) return { ok: false, faults }

  if (!isHttps && !values.isLoopback(hostname)) {
    warnings.push(say('cli.setting.no_https'))
  }
  if (isHttps && config.federationAllowHosts.length > 0) {
    warnings.push(say('cli.setting.test_hosts'))
  }
  if (config.smtpUrl && !text('MAIL_FROM')) warnings.push(say('cli.setting.no_sender', { from: config.mailFrom }))
  return { ok: true, config: Object.freeze(config), warnings }
}

function spoken(error: unknown, say: Say): string {
  if (!(error instanceof values.WrongValue)) throw error
  return error.said.map((one) => say(`cli.setting.${one.text}`, one.values)).join('; ')
}
