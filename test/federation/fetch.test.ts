// SPDX-License-Identifier: AGPL-3.0-or-later
import { createSocket } from 'node:dgram'
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http'
import type { LookupFunction, AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from '@jest/globals'
import { guardedLookup, isPublicAddress, readDestination } from '../../federation/addresses.ts'
import { fetchDocument, isActivityType } from '../../federation/documents.ts'
import { createHttpClient, type HttpClient, type HttpClientOptions } from '../../federation/http-client.ts'
import { createLookup } from '../../federation/lookup.ts'
import { readSignature } from '../../federation/signatures.ts'
import { keyPair } from '../support/keys.ts'

const SPECIAL = [
  '0.0.0.0',
  '0.1.2.3',
  '10.0.0.1',
  '10.255.255.255',
  '100.64.0.1',
  '100.127.255.254',
  '127.0.0.1',
  '127.8.9.10',
  '169.254.0.1',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.254',
  '192.0.0.1',
  '192.0.2.1',
  '192.88.99.1',
  '192.168.0.1',
  '198.18.0.1',
  '198.19.255.254',
  '198.51.100.1',
  '203.0.113.1',
  '224.0.0.1',
  '239.255.255.255',
  '240.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::ffff:127.0.0.1',
  '::ffff:10.0.0.1',
  '::ffff:8.8.8.8',
  '::8.8.8.8',
  '64:ff9b::7f00:1',
  '64:ff9b::808:808',
  '64:ff9b:1::1',
  '100::1',
  '2001::1',
  '2001:db8::1',
  '2001:10::1',
  '2002:7f00:1::',
  '2002:808:808::',
  '3fff::1',
  '4000::1',
  '5f00::1',
  '8000::1',
  'fc00::1',
  'fd00:ec2::254',
  'fe80::1',
  'fe80::1%eth0',
  'fec0::1',
  'ff02::1',
]
const BOMB = gzipSync(Buffer.alloc(50_000_000))
const WRITTEN = [
  '2130706433',
  '0x7f000001',
  '0177.0.0.1',
  '127.1',
  '127.0.1',
  '0',
  '0x7f.1',
  '１２７.０.０.１',
  '①②⑦.⓪.⓪.①',
  '[::]',
  '[::1]',
  '[::ffff:7f00:1]',
  '[::ffff:169.254.169.254]',
  '[64:ff9b::a9fe:a9fe]',
  '[2002:7f00:1::]',
  '[fe80::1]',
  '169.254.169.254',
  '3232235777',
  '0300.0250.0.1',
  '8.8.8.8',
  '[2606:4700::1111]',
  'localhost',
  'LOCALHOST',
  'localhost.',
  'a.localhost',
  'printer.local',
  'metadata.google.internal',
  'x.onion',
  'intranet',
  'ｌｏｃａｌｈｏｓｔ',
]

describe('addresses', () => {
  it.each(SPECIAL)('%s is not public', (address) => expect(isPublicAddress(address)).toBe(false))
  it.each(['8.8.8.8', '185.230.60.1', '2606:4700::1111', '2a01:e0a::1'])('%s is public', (address) =>
    expect(isPublicAddress(address)).toBe(true),
  )
  it('the table is long enough', () => expect(SPECIAL.length).toBeGreaterThanOrEqual(42))

  it.each(WRITTEN)('https://%s/ is refused', (host) => {
    expect(readDestination(`https://${host}/actor`, new Set()).ok).toBe(false)
  })
  it.each([
    ['http://centre.example/', 'scheme_refused'],
    ['file:///etc/passwd', 'scheme_refused'],
    ['ftp://centre.example/', 'scheme_refused'],
    ['gopher://centre.example/', 'scheme_refused'],
    ['javascript:alert(1)', 'scheme_refused'],
    ['https://centre.example:22/', 'port_refused'],
    ['https://centre.example:8443/', 'port_refused'],
    ['https://centre.example:80/', 'port_refused'],
    ['https://me@centre.example/', 'userinfo_refused'],
    ['https://centre.example@127.0.0.1/', 'userinfo_refused'],
    ['not an address', 'url_unreadable'],
    ['', 'url_unreadable'],
    ['https://[::1%25eth0]/', 'url_unreadable'],
    [`https://centre.example/${'a'.repeat(2100)}`, 'url_unreadable'],
  ])('%s: %s', (url, reason) => expect(readDestination(url, new Set())).toEqual({ ok: false, reason }))

  it('the list opens exactly what it names', () => {
    const list = new Set(['127.0.0.1:3921', 'localhost:3922'])
    expect(readDestination('http://127.0.0.1:3921/actor', list)).toMatchObject({ ok: true, open: true })
    expect(readDestination('http://localhost:3922/actor', list)).toMatchObject({ ok: true, open: true })
    for (const url of [
      'http://127.0.0.1:3922/',
      'http://127.0.0.1/',
      'https://127.0.0.1/',
      'http://x@127.0.0.1:3921/',
      'ftp://127.0.0.1:3921/',
      'gopher://127.0.0.1:3921/',
    ]) {
      expect(readDestination(url, list).ok).toBe(false)
    }
  })
})

async function startNameServer(addressOf: (name: string) => number[] | undefined) {
  const server = createSocket('udp4')
  const asked: string[] = []
  server.on('message', (question, { port, address }) => {
    const labels: string[] = []
    let at = 12
    for (; question[at]; at += question[at]! + 1)
      labels.push(question.toString('latin1', at + 1, at + 1 + question[at]!))
    const name = labels.join('.')
    asked.push(name)
    const found = addressOf(name)
    if (!found) return
    const isIPv4 = question.readUInt16BE(at + 1) === 1
    const head = Buffer.from([question[0]!, question[1]!, 0x81, 0x80, 0, 1, 0, Number(isIPv4), 0, 0, 0, 0])
    const answer = isIPv4 ? Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, ...found]) : Buffer.alloc(0)
    server.send(Buffer.concat([head, question.subarray(12, at + 5), answer]), port, address)
  })
  await new Promise<void>((done) => server.bind(0, '127.0.0.1', done))
  // So that a failing test ends.
  server.unref()
  return {
    name: `127.0.0.1:${server.address().port}`,
    asked,
    close: () => server.close(),
  }
}

const looking =
  (lookup: LookupFunction) =>
  (name: string): Promise<unknown> =>
    new Promise((done) => lookup(name, { all: true }, (error, found) => done(error ? error.code : found)))

const lookAt = (servers: readonly string[]) =>
  looking(guardedLookup(createLookup({ servers, system: () => new Promise(() => {}) })))

describe('names', () => {
  const answering = (...addresses: string[]) => {
    const asked: string[] = []
    const lookup: LookupFunction = (name, _options, callback) => {
      asked.push(name)
      callback(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      )
    }
    return { lookup, asked }
  }
  const resolve = (lookup: LookupFunction, all: boolean) =>
    new Promise<unknown>((done) =>
      guardedLookup(lookup)('centre.example', { all }, (error, found) => done(error ? error.code : found)),
    )

  it('what was checked is what is dialled, after one look-up', async () => {
    const { lookup, asked } = answering('8.8.8.8', '2606:4700::1111')
    expect(await resolve(lookup, false)).toBe('8.8.8.8')
    expect(asked).toEqual(['centre.example'])
    expect(await resolve(lookup, true)).toHaveLength(2)
  })
  it.each(SPECIAL)('an answer of %s beside a public one is refused', async (address) => {
    expect(await resolve(answering('8.8.8.8', address).lookup, true)).toBe('EADDRREFUSED')
  })
  it('no answer is refused', async () => expect(await resolve(answering().lookup, true)).toBe('EADDRREFUSED'))

  it('names whose servers do not answer hold up no other name', async () => {
    const server = await startNameServer((name) => (name.includes('unanswering') ? undefined : [8, 8, 8, 8]))
    const look = lookAt([server.name])
    const unanswering = Array.from({ length: 20 }, (_, n) => look(`n${n}.unanswering.example`))
    let given = 0
    for (const one of unanswering) void one.then(() => (given += 1))
    expect(await look('centre.example')).toEqual([{ address: '8.8.8.8', family: 4 }])
    expect(given).toBe(0)
    expect(server.asked).toContain('n19.unanswering.example')
    expect(new Set(await Promise.all(unanswering))).toEqual(new Set(['ETIMEDOUT']))
    server.close()
  })

  it('what only the system knows is found, and what it does not know is not', async () => {
    const look = looking(createLookup())
    expect(await look('localhost')).toContainEqual({
      address: expect.stringMatching(/^(127\.0\.0\.1|::1)$/),
      family: expect.any(Number),
    })
    const server = await startNameServer(() => [9, 9, 9, 9])
    const system = (name: string) =>
      name === 'hosts.example'
        ? Promise.resolve([{ address: '8.8.8.8', family: 4 }])
        : Promise.reject(Object.assign(new Error('unknown'), { code: 'ENOTFOUND' }))
    const both = looking(createLookup({ servers: [server.name], system }))
    expect(await both('hosts.example')).toEqual([{ address: '8.8.8.8', family: 4 }])
    expect(await both('nowhere.example')).toBe('ENOTFOUND')
    expect(server.asked).toEqual([])
    server.close()
  })

  it('the system is asked about one name at a time, and not about those that are answered meanwhile', async () => {
    const server = await startNameServer((name) => (name.includes('unanswering') ? undefined : [8, 8, 8, 8]))
    const asked: string[] = []
    let answer = (_found: { address: string; family: number }[]) => {}
    const system = (name: string) => {
      asked.push(name)
      return new Promise<{ address: string; family: number }[]>((done) => (answer = done))
    }
    const look = looking(createLookup({ servers: [server.name], system }))
    const slow = look('hosts.unanswering.example')
    expect(await Promise.all([look('a.example'), look('b.example')])).toHaveLength(2)
    expect(asked).toEqual(['hosts.unanswering.example'])
    answer([{ address: '9.9.9.9', family: 4 }])
    expect(await slow).toEqual([{ address: '9.9.9.9', family: 4 }])
    void look('c.example')
    while (asked.length < 2) await new Promise((done) => setTimeout(done, 5))
    expect(asked).toEqual(['hosts.unanswering.example', 'c.example'])
    answer([])
    server.close()
  })

  it('a machine that moves to other name servers asks those from then on', async () => {
    const [before, after] = [await startNameServer(() => [8, 8, 8, 8]), await startNameServer(() => [9, 9, 9, 9])]
    const servers = [before.name]
    const look = lookAt(servers)
    expect(await look('centre.example')).toEqual([{ address: '8.8.8.8', family: 4 }])
    servers[0] = after.name
    expect(await look('centre.example')).toEqual([{ address: '9.9.9.9', family: 4 }])
    before.close()
    after.close()
  })

  it('a name that leads to this machine gets no packet', async () => {
    await serving(
      (_req: IncomingMessage, res: ServerResponse) => res.end('secret'),
      async (_origin, server) => {
        let packets = 0
        server.on('connection', () => packets++)
        await withClient({ lookup: answering('127.0.0.1').lookup, allowHosts: new Set() }, async (http) => {
          expect(await http.ask('https://rebind.example/')).toMatchObject({ ok: false, reason: 'address_refused' })
        })
        expect(packets).toBe(0)
      },
    )
  })
})

describe('answers', () => {
  it('a plain answer, also compressed', async () => {
    const handler = (req: IncomingMessage, res: ServerResponse) => {
      if (req.url !== '/zip') return res.end('hello')
      res.setHeader('content-encoding', 'gzip')
      return res.end(gzipSync('hello'))
    }
    await serving(handler, (origin) =>
      withClient({}, async (http) => {
        for (const path of ['/', '/zip']) {
          const answer = await http.ask(origin + path)
          expect(answer.ok && answer.body.toString()).toBe('hello')
        }
      }),
    )
  })

  it.each<[string, string, (req: IncomingMessage, res: ServerResponse) => void]>([
    ['never answers', 'timeout', () => {}],
    ['sends one byte at a time', 'timeout', (_req, res) => void setInterval(() => res.write('x'), 50).unref()],
    ['stops in the middle', 'timeout', (_req, res) => void res.write('half')],
    ['sends endless bytes', 'too_large', (_req, res) => flood(res)],
    [
      'announces too much',
      'too_large',
      (_req, res) => void res.setHeader('content-length', 1e9).write(Buffer.alloc(200_000)),
    ],
    ['sends a bomb', 'too_large', (_req, res) => void res.setHeader('content-encoding', 'gzip').end(BOMB)],
    [
      'sends broken gzip',
      'unreachable',
      (_req, res) => void res.setHeader('content-encoding', 'gzip').end('not gzip at all'),
    ],
    [
      'uses an unknown encoding',
      'encoding_unknown',
      (_req, res) => void res.setHeader('content-encoding', 'zork').end('x'),
    ],
    [
      'sends endless headers',
      'unreachable',
      (_req, res) => void res.socket?.write(`HTTP/1.1 200 OK\r\n${'x-y: z\r\n'.repeat(20_000)}`),
    ],
    ['hangs up', 'unreachable', (_req, res) => void res.socket?.destroy()],
    [
      'announces an answer for ever',
      'unreachable',
      (_req, res) => {
        const timer = setInterval(() => res.socket?.write('HTTP/1.1 102 Processing\r\n\r\n'.repeat(20)), 20)
        res.on('close', () => clearInterval(timer))
      },
    ],
    [
      'goes over to another protocol',
      'unreachable',
      (_req, res) => void res.socket?.end('HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n'),
    ],
    ['redirects to itself', 'too_many_redirects', (_req, res) => void res.writeHead(302, { location: '/' }).end()],
    [
      'redirects to a private address',
      'scheme_refused',
      (_req, res) => void res.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
    ],
    [
      'redirects to a private https address',
      'address_refused',
      (_req, res) => void res.writeHead(302, { location: 'https://127.0.0.1/' }).end(),
    ],
    [
      'redirects to a file',
      'scheme_refused',
      (_req, res) => void res.writeHead(301, { location: 'file:///etc/passwd' }).end(),
    ],
    [
      'redirects to another port',
      'port_refused',
      (_req, res) => void res.writeHead(307, { location: 'https://centre.example:6379/' }).end(),
    ],
    ['redirects to nonsense', 'url_unreadable', (_req, res) => void res.writeHead(302, { location: 'https://' }).end()],
  ])('a server that %s: %s', async (_name, reason, handler) => {
    await serving(handler, (origin) =>
      withClient({ totalMs: reason === 'timeout' ? 1000 : 60_000 }, async (http) => {
        expect(await http.ask(`${origin}/`)).toMatchObject({ ok: false, reason })
      }),
    )
  })

  it('three redirects are followed, four are not', async () => {
    const handler: RequestListener = (req, res) => {
      const left = Number(req.url?.slice(1))
      if (left > 0) res.writeHead(302, { location: `/${left - 1}` }).end()
      else res.end('there')
    }
    await serving(handler, (origin) =>
      withClient({}, async (http) => {
        expect(await http.ask(`${origin}/3`)).toMatchObject({ ok: true, status: 200 })
        expect(await http.ask(`${origin}/4`)).toMatchObject({ ok: false, reason: 'too_many_redirects' })
      }),
    )
  })

  it('what we send is not carried on to another address', async () => {
    await serving(
      (_req: IncomingMessage, res: ServerResponse) => res.writeHead(307, { location: '/other' }).end(),
      (origin) =>
        withClient({}, async (http) =>
          expect(await http.ask(origin, { method: 'POST', body: '{}' })).toMatchObject({ ok: true, status: 307 }),
        ),
    )
  })

  it('requests are signed for the host and path they go to', async () => {
    const { publicKey, privateKey } = keyPair()
    const signer = { keyId: 'https://canal.example/actor#main-key', privateKey }
    const seen: boolean[] = []
    const handler: RequestListener = async (req, res) => {
      const chunks: Buffer[] = []
      for await (const chunk of req) chunks.push(chunk as Buffer)
      const headers: [string, string][] = []
      for (let i = 0; i < req.rawHeaders.length; i += 2)
        headers.push([req.rawHeaders[i] ?? '', req.rawHeaders[i + 1] ?? ''])
      const origin = new URL(`http://${req.headers.host}`)
      const read = readSignature(
        { method: req.method ?? '', target: req.url ?? '', origin, headers, body: Buffer.concat(chunks) },
        new Date(),
      )
      seen.push(read.ok && (await read.prove(publicKey)))
      if (req.url === '/moved?x=1') res.writeHead(302, { location: '/new?y=2' })
      res.end()
    }
    await serving(handler, (origin) =>
      withClient({}, async (http) => {
        await http.ask(`${origin}/moved?x=1`, { signer })
        await http.ask(`${origin}/inbox`, { method: 'POST', body: '{"a":"é"}', signer })
      }),
    )
    expect(seen).toEqual([true, true, true])
  })

  it('two requests at a time for one host', async () => {
    let now = 0
    let most = 0
    const handler: RequestListener = (_req, res) => {
      most = Math.max(most, ++now)
      setTimeout(() => res.end(String(now--)), 30)
    }
    await serving(handler, (origin) =>
      withClient({}, async (http) => void (await Promise.all([1, 2, 3, 4, 5, 6].map(() => http.ask(origin))))),
    )
    expect(most).toBe(2)
  })
})

describe('documents', () => {
  const AS = 'application/activity+json'
  const documents = (
    pages: Record<string, { type?: string; status?: number; to?: string; body?: (origin: string) => unknown }>,
  ) => {
    const asked: string[] = []
    const handler: RequestListener = (req, res) => {
      const page = pages[req.url ?? '']
      asked.push(req.url ?? '')
      res.statusCode = page?.status ?? (page ? 200 : 404)
      if (page?.to) return res.writeHead(302, { location: page.to }).end()
      res.setHeader('content-type', page?.type ?? AS)
      return res.end(JSON.stringify(page?.body?.(`http://${req.headers.host}`) ?? {}))
    }
    return { handler, asked }
  }
  const person = (path: string) => ({ body: (origin: string) => ({ id: origin + path, type: 'Organization' }) })

  it.each<[string, Parameters<typeof documents>[0], object, number]>([
    ['its own address', { '/a': person('/a') }, { ok: true }, 1],
    ['a redirect to its own address', { '/a': { to: '/b' }, '/b': person('/b') }, { ok: true }, 2],
    ['another id of the same server, asked once', { '/a': person('/b'), '/b': person('/b') }, { ok: true }, 2],
    [
      'an id that names a third one',
      { '/a': person('/b'), '/b': person('/c'), '/c': person('/c') },
      { ok: false, reason: 'wrong_id' },
      2,
    ],
    [
      'an id of another server',
      { '/a': { body: () => ({ id: 'https://victim.example/actor', type: 'Organization' }) } },
      { ok: false },
      1,
    ],
    ['no id', { '/a': { body: () => ({ type: 'Organization' }) } }, { ok: false, reason: 'wrong_id' }, 1],
    ['a page', { '/a': { ...person('/a'), type: 'text/html' } }, { ok: false, reason: 'wrong_type' }, 1],
    ['a picture', { '/a': { ...person('/a'), type: 'image/png' } }, { ok: false, reason: 'wrong_type' }, 1],
    ['plain JSON', { '/a': { ...person('/a'), type: 'application/json' } }, { ok: false, reason: 'wrong_type' }, 1],
    ['something gone', { '/a': { ...person('/a'), status: 410 } }, { ok: false, reason: 'gone' }, 1],
    ['nothing', {}, { ok: false, reason: 'not_found' }, 1],
    ['a fault', { '/a': { status: 500 } }, { ok: false, reason: 'http_error' }, 1],
    ['a list', { '/a': { body: () => [] } }, { ok: false, reason: 'not_an_object' }, 1],
  ])('%s', async (_name, pages, expected, requests) => {
    const { handler, asked } = documents(pages)
    await serving(handler, (origin) =>
      withClient(
        { lookup: (_name, _options, done) => done(Object.assign(new Error(), { code: 'ENOTFOUND' }), '', 0) },
        async (http) => expect(await fetchDocument(http, `${origin}/a`)).toMatchObject(expected),
      ),
    )
    expect(asked.length).toBe(requests)
  })

  it.each([
    ['application/activity+json', true],
    ['application/activity+json; charset=utf-8', true],
    ['application/ld+json; profile="https://www.w3.org/ns/activitystreams"', true],
    ['application/ld+json; profile="https://example.org/x https://www.w3.org/ns/activitystreams"', true],
    ['application/ld+json', false],
    ['application/json', false],
    ['text/html', false],
    ['application/activity+jsonx', false],
    [undefined, false],
  ])('%s: %s', (type, expected) => expect(isActivityType(type)).toBe(expected))
})

async function serving(
  handler: RequestListener | ((req: IncomingMessage, res: ServerResponse) => unknown),
  use: (origin: string, server: Server) => Promise<unknown>,
) {
  const server = createServer(handler as RequestListener)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  try {
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, server)
  } finally {
    server.closeAllConnections()
    await new Promise((done) => server.close(done))
  }
}

async function withClient(options: Partial<HttpClientOptions>, use: (http: HttpClient) => Promise<unknown>) {
  // Any port of this machine may be reached, unless the test sets another list.
  const everything = { has: (host: string) => /^127\.0\.0\.1:\d{4,5}$/.test(host) } as unknown as ReadonlySet<string>
  const http = createHttpClient({
    allowHosts: everything,
    userAgent: 'Mainforte (test)',
    now: () => new Date(),
    ...options,
  })
  try {
    await use(http)
  } finally {
    http.close()
  }
}

function flood(res: ServerResponse): void {
  const chunk = Buffer.alloc(64 * 1024)
  const more = () => {
    while (!res.destroyed && res.write(chunk));
  }
  res.on('drain', more)
  more()
}
