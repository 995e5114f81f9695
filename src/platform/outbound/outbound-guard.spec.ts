import { parseNetworks } from '../config/networks';
import { OutboundGuard, OutboundRefused } from './outbound-guard';

const { signal } = new AbortController();
const names: Record<string, string[]> = {
  'hooks.example.com': ['93.184.215.14', '2606:2800:21f:cb07:6820:80da:af6b:8b2c'],
  'private.example.com': ['10.0.0.5'],
  'mixed.example.com': ['93.184.215.14', '127.0.0.1'],
  'mapped.example.com': ['::ffff:127.0.0.1'],
  '127.0.0.1.nip.example.com': ['127.0.0.1'],
  'metadata.google.internal': ['169.254.169.254'],
  'metadata6.example.com': ['fd00:ec2::254'],
  'rebound.example.com.': ['192.168.1.1'],
  localhost: ['127.0.0.1'],
  'localhost.': ['127.0.0.1'],
  'app.localhost': ['127.0.0.1'],
};

function guardAllowing(networks: string): OutboundGuard {
  return new OutboundGuard(parseNetworks(networks)!, (name) => Promise.resolve(names[name] ?? []));
}

/** Ways to write an address that must not be reached. */
const refusedHosts = [
  ...[
    '127.0.0.1',
    '127.1',
    '127.0.1',
    '2130706433',
    '0x7f000001',
    '0x7f.1',
    '0x7f.0.0.1',
    '0177.0.0.1',
    '017700000001',
  ],
  ...['0', '0.0.0.0', '0x0', '127.255.255.254', '127.0.0.1.', '１２７.0.0.1', '127。0。0。1', '①②⑦.0.0.1'],
  ...[
    '10.0.0.1',
    '10.255.255.255',
    '012.0.0.1',
    '167772161',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.0.1',
    '0xc0a80001',
  ],
  ...[
    '100.64.0.1',
    '100.100.100.200',
    '100.127.255.255',
    '169.254.169.254',
    '2852039166',
    '0xa9fea9fe',
    '168.63.129.16',
  ],
  ...['192.0.0.192', '192.0.2.1', '192.88.99.1', '198.18.0.1', '198.51.100.7', '203.0.113.9', '224.0.0.1', '239.1.2.3'],
  ...['240.0.0.1', '255.255.255.255'],
  ...['[::]', '[::1]', '[0:0:0:0:0:0:0:1]', '[::127.0.0.1]', '[::7f00:1]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]'],
  ...['[::ffff:169.254.169.254]', '[::ffff:8.8.8.8]', '[::ffff:0:7f00:1]', '[64:ff9b::7f00:1]', '[64:ff9b:1::7f00:1]'],
  ...['[2002:7f00:1::]', '[2002:a9fe:a9fe::1]', '[2001::1]', '[2001:0:7f00:1::]', '[2001:db8::1]', '[3fff::1]'],
  ...['[fe80::1]', '[fec0::1]', '[fc00::1]', '[fd00:ec2::254]', '[ff02::1]', '[100::1]', '[5f00::1]', '[4000::1]'],
  ...Object.keys(names).filter((name) => name !== 'hooks.example.com'),
];

describe('the outbound guard', () => {
  it.each(refusedHosts)('refuses https://%s/', async (host) => {
    await expect(guardAllowing('').locate(`https://${host}/hook`, signal)).rejects.toThrow(OutboundRefused);
  });

  it.each([
    'http://hooks.example.com/',
    'http://93.184.215.14/',
    'https://hooks.example.com:22/',
    'https://hooks.example.com:80/',
    'https://user@hooks.example.com/',
    'https://user:secret@hooks.example.com/',
    'ftp://hooks.example.com/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    '//hooks.example.com/',
    'hooks.example.com',
    'https://',
    'http://nowhere.example.com/',
    'https://nowhere.example.com:6379/',
  ])('refuses %s', async (url) => {
    await expect(guardAllowing('').locate(url, signal)).rejects.toThrow(OutboundRefused);
  });

  it.each([
    ['https://hooks.example.com/a?b=c', names['hooks.example.com']],
    ['https://hooks.example.com:8443/', names['hooks.example.com']],
    ['HTTPS://HOOKS.Example.Com', names['hooks.example.com']],
    ['https://93.184.215.14/', ['93.184.215.14']],
    ['https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/', ['2606:2800:21f:cb07:6820:80da:af6b:8b2c']],
  ])('finds the way to %s', async (url, addresses) => {
    expect(await guardAllowing('').locate(url, signal)).toMatchObject({ addresses });
  });

  it('knows no way to a name without addresses', async () => {
    expect(await guardAllowing('').locate('https://nowhere.example.com/', signal)).toBeUndefined();
  });

  it.each(['http://127.0.0.1:8080/', 'http://localhost/', 'https://private.example.com:9000/', 'http://[fd00::5]:81/'])(
    'lets %s be reached where the operator allows its network',
    async (url) => {
      expect(await guardAllowing('127.0.0.0/8, 10.0.0.0/24,fd00::/8').locate(url, signal)).toBeDefined();
    },
  );

  it.each(['http://10.0.1.1/', 'http://hooks.example.com/', 'https://192.168.1.1/', 'http://mixed.example.com/'])(
    'allows no more than that: not %s',
    async (url) => {
      const guard = guardAllowing('127.0.0.0/8,10.0.0.0/24');
      await expect(guard.locate(url, signal)).rejects.toThrow(OutboundRefused);
    },
  );

  it('asks again each time, and believes only the last answer', async () => {
    const answers = [['93.184.215.14'], ['127.0.0.1']];
    const guard = new OutboundGuard([], () => Promise.resolve(answers.shift()!));
    expect(await guard.locate('https://rebinding.example.com/', signal)).toBeDefined();
    await expect(guard.locate('https://rebinding.example.com/', signal)).rejects.toThrow(OutboundRefused);
  });
});
