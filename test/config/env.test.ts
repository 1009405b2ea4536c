// SPDX-License-Identifier: AGPL-3.0-or-later
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'
import { expect, it } from '@jest/globals'
import { readConfig, variableNames, type Config } from '../../config/env.ts'
import { textsFor } from '../../config/node/texts.js'

type Environment = Record<string, string | undefined>
const root = resolve(import.meta.dirname, '../..')
const english = textsFor({ LANG: 'en' })

function accepted(env: Environment): { config: Config; warnings: string[] } {
  const reading = readConfig(env, english)
  if (!reading.ok) throw new Error(reading.faults.join('\n'))
  return reading
}

function faults(env: Environment, language = 'en'): string[] {
  const reading = readConfig(env, textsFor({ LANG: language }))
  return reading.ok ? [] : reading.faults
}

it('an empty environment gives the defaults of the contract, without a warning', () => {
  const { config, warnings } = accepted({
    PATH: '/usr/bin',
    HOSTNAME: 'box',
    LOGNAME: 'elise',
    MAIL: '/var/mail/elise',
  })
  expect(warnings).toEqual([])
  expect(config).toEqual({
    publicUrl: 'http://localhost:3000',
    isHttps: false,
    host: '127.0.0.1',
    port: 3000,
    webProcesses: 1,
    dataDir: join(root, 'data'),
    secretKey: undefined,
    smtpUrl: undefined,
    mailFrom: 'mainforte@localhost',
    secondFactorRequired: true,
    keepInvitedMonths: 6,
    keepInactiveMonths: 36,
    undoSeconds: 60,
    trustedProxies: [],
    federation: true,
    federationAllowHosts: [],
    sourceUrl: undefined,
    logLevel: 'info',
    logFormat: 'plain',
    now: undefined,
    mode: 'production',
  })
  expect(Object.isFrozen(config)).toBe(true)
})

it('an empty variable counts as absent', () => {
  const { config } = accepted({ PUBLIC_URL: '', PORT: ' ', SMTP_URL: '', SECRET_KEY: '', TRUSTED_PROXIES: '' })
  expect(config).toEqual(accepted({}).config)
})

it('everything can be set', () => {
  const { config, warnings } = accepted({
    PUBLIC_URL: 'https://benevolat.example/',
    HOST: '::1',
    PORT: '8080',
    DATA_DIR: 'somewhere',
    SECRET_KEY: 'a secret long enough to be believed',
    SMTP_URL: 'smtps://amina:p%40ss@mail.example:465',
    MAIL_FROM: 'Les Jardins du Canal <bonjour@jardins.example>',
    TRUSTED_PROXIES: '127.0.0.1, 10.0.0.0/8,2001:db8::/32',
    FEDERATION: 'off',
    FEDERATION_ALLOW_HOSTS: '127.0.0.1:3001, Centre.Test:80,[::1]:3002',
    SOURCE_URL: 'https://forge.example/us/mainforte?ref=main',
    LOG_LEVEL: 'debug',
    LOG_FORMAT: 'json',
    NODE_ENV: 'development',
  })
  expect(warnings).toEqual([expect.stringContaining('FEDERATION_ALLOW_HOSTS')])
  expect(isAbsolute(config.dataDir)).toBe(true)
  expect(config).toMatchObject({
    publicUrl: 'https://benevolat.example',
    isHttps: true,
    host: '::1',
    port: 8080,
    dataDir: resolve('somewhere'),
    secretKey: 'a secret long enough to be believed',
    mailFrom: 'Les Jardins du Canal <bonjour@jardins.example>',
    trustedProxies: ['127.0.0.1', '10.0.0.0/8', '2001:db8::/32'],
    federation: false,
    federationAllowHosts: ['127.0.0.1:3001', 'centre.test:80', '[::1]:3002'],
    sourceUrl: 'https://forge.example/us/mainforte?ref=main',
    logLevel: 'debug',
    logFormat: 'json',
    mode: 'production',
  })
})

it('the default address follows the port, and the default sender follows the address', () => {
  expect(accepted({ PORT: '3907' }).config.publicUrl).toBe('http://localhost:3907')
  expect(accepted({ PUBLIC_URL: 'https://benevolat.example' }).config.mailFrom).toBe('mainforte@benevolat.example')
  expect(accepted({ PUBLIC_URL: 'http://127.0.0.1:3907' }).config.mailFrom).toBe('mainforte@localhost')
})

it('the test clock is an instant, kept in UTC, and only NODE_ENV=test is test mode', () => {
  const { config } = accepted({ NOW: '2026-11-22T09:00:00+01:00', NODE_ENV: 'test' })
  expect(config).toMatchObject({ now: '2026-11-22T08:00:00.000Z', mode: 'test' })
})

it.each<[string, Environment]>([
  ['PUBLIC_URL', { PUBLIC_URL: 'benevolat.example' }],
  ['PUBLIC_URL', { PUBLIC_URL: 'ftp://benevolat.example' }],
  ['PUBLIC_URL', { PUBLIC_URL: 'https://benevolat.example/app' }],
  ['PUBLIC_URL', { PUBLIC_URL: 'https://benevolat.example/?a' }],
  ['PUBLIC_URL', { PUBLIC_URL: 'https://benevolat.example#' }],
  ['PUBLIC_URL', { PUBLIC_URL: 'https://amina:secret@benevolat.example' }],
  ['HOST', { HOST: 'http://localhost' }],
  ['HOST', { HOST: 'localhost:3000' }],
  ['PORT', { PORT: '0' }],
  ['PORT', { PORT: '65536' }],
  ['PORT', { PORT: '3000a' }],
  ['PORT', { PORT: '-1' }],
  ['WEB_PROCESSES', { WEB_PROCESSES: '0' }],
  ['WEB_PROCESSES', { WEB_PROCESSES: '33' }],
  ['WEB_PROCESSES', { WEB_PROCESSES: 'many' }],
  ['SECRET_KEY', { SECRET_KEY: 'too short' }],
  ['SECRET_KEY_FILE', { SECRET_KEY_FILE: '/nowhere/at/all' }],
  ['SMTP_URL', { SMTP_URL: 'mail.example:587' }],
  ['SMTP_URL', { SMTP_URL: 'https://mail.example' }],
  ['MAIL_FROM', { MAIL_FROM: 'Les Jardins du Canal' }],
  ['MAIL_FROM', { MAIL_FROM: 'Jardins <bonjour@jardins.example' }],
  ['MAIL_FROM', { MAIL_FROM: 'bonjour@jardins.example\r\nBcc: all@jardins.example' }],
  ['MAIL_REPLIES', { MAIL_REPLIES: 'reponses', MAIL_REPLIES_DIR: root }],
  ['MAIL_REPLIES', { MAIL_REPLIES: 'reponses+a@jardins.example', MAIL_REPLIES_DIR: root }],
  ['MAIL_REPLIES', { MAIL_REPLIES: `${'r'.repeat(32)}@jardins.example`, MAIL_REPLIES_DIR: root }],
  ['MAIL_REPLIES_DIR', { MAIL_REPLIES: 'reponses@jardins.example', MAIL_REPLIES_DIR: '/nowhere/at/all' }],
  ['MAIL_REPLIES_DIR', { MAIL_REPLIES: 'reponses@jardins.example', MAIL_REPLIES_DIR: join(root, 'package.json') }],
  ['MAIL_REPLIES_DIR', { MAIL_REPLIES: 'reponses@jardins.example' }],
  ['MAIL_REPLIES', { MAIL_REPLIES_DIR: root }],
  ['TRUSTED_PROXIES', { TRUSTED_PROXIES: 'caddy' }],
  ['TRUSTED_PROXIES', { TRUSTED_PROXIES: '10.0.0.0/33' }],
  ['TRUSTED_PROXIES', { TRUSTED_PROXIES: '0.0.0.0/0' }],
  ['FEDERATION', { FEDERATION: 'yes' }],
  ['FEDERATION_ALLOW_HOSTS', { FEDERATION_ALLOW_HOSTS: '127.0.0.1' }],
  ['FEDERATION_ALLOW_HOSTS', { FEDERATION_ALLOW_HOSTS: 'http://127.0.0.1:3001' }],
  ['SOURCE_URL', { SOURCE_URL: 'forge.example/us/mainforte' }],
  ['SOURCE_URL', { SOURCE_URL: 'javascript:alert(1)' }],
  ['SOURCE_URL', { SOURCE_URL: 'https://amina:secret@forge.example/' }],
  ['LOG_LEVEL', { LOG_LEVEL: 'verbose' }],
  ['LOG_FORMAT', { LOG_FORMAT: 'xml' }],
  ['NOW', { NOW: 'yesterday' }],
  ['NOW', { NOW: '2026-11-22' }],
  ['NOW', { NOW: '2026-02-30T08:00:00Z' }],
  ['NOW', { NOW: '2026-11-22T08:00:00Z', PUBLIC_URL: 'https://benevolat.example' }],
])('a wrong %s is one fault that begins with its name: %j', (name, env) => {
  const begins = expect.stringMatching(new RegExp(`^${name} `))
  expect(faults(env)).toEqual([begins])
  const french = faults(env, 'fr')
  expect(french).toEqual([begins])
  expect(french).not.toEqual(faults(env))
  expect(french.join()).not.toMatch(/cli\.|\{/)
})

it('every fault is reported at once', () => {
  const wrong = Object.fromEntries(variableNames.map((name) => [name, '<']))
  const named = faults(wrong).map((fault) => fault.split(' ')[0])
  expect([...new Set(named)].toSorted()).toEqual(variableNames.filter((name) => name !== 'DATA_DIR').toSorted())
})

it('a message never repeats a secret', () => {
  const found = faults({
    SECRET_KEY: 'hunter2',
    SMTP_URL: 'http://amina:hunter2@mail.example',
    PUBLIC_URL: 'http://a:hunter2@b',
  })
  expect(found).toHaveLength(3)
  expect(found.join()).not.toContain('hunter2')
})

it('the secret may come from a file, and not from two places', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mainforte-env-'))
  try {
    const file = join(folder, 'key')
    writeFileSync(file, 'a secret long enough to be believed\n')
    expect(accepted({ SECRET_KEY_FILE: file }).config.secretKey).toBe('a secret long enough to be believed')
    expect(faults({ SECRET_KEY_FILE: file, SECRET_KEY: 'x'.repeat(40) })).toHaveLength(1)
    writeFileSync(file, 'short\n')
    expect(faults({ SECRET_KEY_FILE: file })).toEqual([expect.stringMatching(/^SECRET_KEY_FILE must hold at least 32/)])
  } finally {
    rmSync(folder, { recursive: true })
  }
})

it('a name that looks like ours is a warning, and those of other programs are not', () => {
  const { warnings } = accepted({
    PUBLIC_URI: 'https://benevolat.example',
    SMTP_HOST: 'mail.example',
    SMPT_URL: 'smtp://mail.example',
    TRUSTED_PROXY: '127.0.0.1',
    public_url: 'https://benevolat.example',
    HTTP_PROXY: 'http://proxy.example',
    LANG: 'en_CA.UTF-8',
    npm_config_cache: '/tmp',
  })
  expect(warnings).toEqual([
    'PUBLIC_URI is not a setting of ours: did you mean PUBLIC_URL?',
    'SMPT_URL is not a setting of ours: did you mean SMTP_URL?',
    'SMTP_HOST is not a setting of ours: it is ignored',
    'TRUSTED_PROXY is not a setting of ours: it is ignored',
    'public_url is not a setting of ours: did you mean PUBLIC_URL?',
  ])
})

it('what works but should worry an operator is a warning', () => {
  expect(accepted({ PUBLIC_URL: 'http://benevolat.example' }).warnings).toEqual([expect.stringContaining('not https')])
  expect(accepted({ PUBLIC_URL: 'http://centre.localhost:3001' }).warnings).toEqual([])
  expect(accepted({ SMTP_URL: 'smtp://mail.example' }).warnings).toEqual([
    expect.stringMatching(/^MAIL_FROM is not set/),
  ])
})

it('config/env.example names exactly what we read, and its examples are accepted', () => {
  const example = readFileSync(join(root, 'config/env.example'), 'utf8')
  const lines = [...example.matchAll(/^#([A-Z_]+)=(.*)$/gm)].map(([, name = '', value = '']) => ({ name, value }))
  expect(lines.map(({ name }) => name)).toEqual(variableNames)
  for (const { name, value } of lines) {
    // A folder and a file that are on the machine of the host; an address goes with its folder.
    if (name === 'SECRET_KEY_FILE' || name === 'MAIL_REPLIES_DIR') continue
    expect(faults({ [name]: value, ...(name === 'MAIL_REPLIES' && { MAIL_REPLIES_DIR: root }) })).toEqual([])
  }
  expect(example.split('\n').filter((line) => line !== '' && !line.startsWith('#'))).toEqual([])
})

it('the examples that show a default show the real one', () => {
  const example = readFileSync(join(root, 'config/env.example'), 'utf8')
  const shown = (name: string) => new RegExp(`^#${name}=(.*)$`, 'm').exec(example)?.[1]
  const { config } = accepted({})
  expect([shown('HOST'), shown('PORT'), shown('FEDERATION'), shown('LOG_LEVEL'), shown('LOG_FORMAT')]).toEqual([
    config.host,
    String(config.port),
    config.federation ? 'on' : 'off',
    config.logLevel,
    config.logFormat,
  ])
})

it.each(['INSTALL.md', 'INSTALL.en.md'])('the table of settings in %s names exactly what we read', (name) => {
  const install = readFileSync(join(root, name), 'utf8')
  const rows = [...install.matchAll(/^\| (`[A-Z_]+`(?:, `[A-Z_]+`)*) \|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`([A-Z_]+)`/g)].map(([, name]) => name),
  )
  expect(rows).toEqual(variableNames)
})

it('pages F20: both languages of the guide for hosts have the same parts, commands and addresses', () => {
  const [french, english] = ['INSTALL.md', 'INSTALL.en.md'].map((name) => readFileSync(join(root, name), 'utf8'))
  const withoutComments = (code: string) => code.replaceAll(/(^|\s)#.*$/gm, '').replaceAll(/\s+$/gm, '')
  const blocks = (text = '') => [...text.matchAll(/^```\w*\n([^]*?)^```$/gm)].map(([, code]) => withoutComments(code!))
  const prose = (text = '') => text.replaceAll(/^```[^]*?^```$/gm, '').replaceAll(/^In English.*|^En français.*/gm, '')
  const codes = (text?: string) => [...prose(text).matchAll(/`([^`\n]+)`/g)].map(([, code]) => code).toSorted()
  const heads = (text = '') => [...text.matchAll(/^(#+) /gm)].map(([, depth]) => depth)
  expect(blocks(english).length).toBeGreaterThan(10)
  for (const part of [blocks, codes, heads]) expect(part(french)).toEqual(part(english))
  expect(french).toMatch(/^# Héberger/)
})

it('only the programs that start something read the environment', () => {
  const readers = ['config', 'db', 'federation', 'server'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.includes('node_modules'))
      .map((file) => join(folder, file))
      .filter((file) => readFileSync(join(root, file), 'utf8').includes('process.env')),
  )
  const programs = ['server/main.ts', 'server/cli.ts', 'server/web-processes/reader.ts']
  expect(readers.filter((file) => !programs.includes(file) && !file.startsWith('server/demo/'))).toEqual([])
})
