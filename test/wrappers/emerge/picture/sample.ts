/** A believable merge list: what `emerge git nginx` might bring, with the true relations of these packages. */
import { type GraphNode, indexGraph, orientEdges } from '../../../../portage/graph.ts';
import type { Frame, NodeStatus, PictureInput, Size } from '../../../../wrappers/emerge/picture/model.ts';

const list = `
sys-libs/zlib-1.3.1-r1
virtual/libcrypt-2-r1
dev-libs/libffi-3.4.8
dev-libs/expat-2.7.1: dev-libs/libffi-3.4.8
dev-lang/perl-5.42.0: sys-libs/zlib-1.3.1-r1 virtual/libcrypt-2-r1
app-misc/ca-certificates-20250419
dev-libs/openssl-3.5.4: sys-libs/zlib-1.3.1-r1 dev-lang/perl-5.42.0 app-misc/ca-certificates-20250419
dev-lang/python-3.13.9: sys-libs/zlib-1.3.1-r1 dev-libs/libffi-3.4.8 dev-libs/expat-2.7.1 dev-libs/openssl-3.5.4
dev-build/ninja-1.13.1: dev-lang/python-3.13.9
dev-build/meson-1.9.1: dev-lang/python-3.13.9 dev-build/ninja-1.13.1
dev-libs/libpcre2-10.46
net-dns/c-ares-1.34.5
net-libs/nghttp2-1.67.1: net-dns/c-ares-1.34.5 dev-lang/python-3.13.9
net-libs/nghttp3-1.12.0
app-arch/brotli-1.1.0
app-arch/zstd-1.5.7: dev-build/meson-1.9.1
net-libs/libpsl-0.21.5: dev-lang/python-3.13.9 dev-build/meson-1.9.1
net-misc/curl-8.16.0: sys-libs/zlib-1.3.1-r1 dev-libs/openssl-3.5.4 net-libs/nghttp2-1.67.1 net-libs/nghttp3-1.12.0 app-arch/brotli-1.1.0 app-arch/zstd-1.5.7 net-libs/libpsl-0.21.5
dev-libs/libuv-1.51.0
app-arch/libarchive-3.8.1: app-arch/zstd-1.5.7 dev-libs/openssl-3.5.4 dev-libs/expat-2.7.1
dev-libs/jsoncpp-1.9.6: dev-build/meson-1.9.1
dev-build/cmake-4.1.2: net-misc/curl-8.16.0 dev-libs/libuv-1.51.0 app-arch/libarchive-3.8.1 dev-libs/jsoncpp-1.9.6 dev-libs/expat-2.7.1
dev-perl/Error-0.170.290: dev-lang/perl-5.42.0
dev-perl/MailTools-2.220.0: dev-lang/perl-5.42.0
dev-perl/Authen-SASL-2.180.0: dev-lang/perl-5.42.0
dev-vcs/git-2.51.2: net-misc/curl-8.16.0 dev-libs/expat-2.7.1 dev-libs/openssl-3.5.4 dev-libs/libpcre2-10.46 dev-perl/Error-0.170.290 dev-perl/MailTools-2.220.0 dev-perl/Authen-SASL-2.180.0 dev-build/meson-1.9.1
llvm-core/llvm-21.1.4: dev-build/cmake-4.1.2 app-arch/zstd-1.5.7 dev-lang/python-3.13.9
llvm-core/clang-21.1.4: llvm-core/llvm-21.1.4
www-servers/nginx-1.29.2: dev-libs/libpcre2-10.46 dev-libs/openssl-3.5.4 net-libs/nghttp2-1.67.1
`;

function nodeOf(cpv: string, type: GraphNode['type'] = 'ebuild'): GraphNode {
  return { id: cpv, cpv, root: '/', type };
}

const entries = list
  .trim()
  .split('\n')
  .map(line => line.split(': '))
  .map(([cpv, needs]) => ({ cpv: cpv ?? '', needs: needs?.split(' ') ?? [] }));
const nodes = entries.map(entry => nodeOf(entry.cpv));

const sampleIndex = indexGraph({
  nodes,
  edges: orientEdges(
    nodes,
    entries.flatMap(entry => entry.needs.map(to => ({ from: entry.cpv, to, kinds: ['depend'] as const }))),
  ),
});

export function cpvOf(name: string): string {
  return nodes.find(node => node.cpv.replace(/^.*\//, '').startsWith(`${name}-`))?.cpv ?? name;
}

/** All before the first running package is done, the rest waits. */
export function sampleInput(
  running: Readonly<Record<string, NodeStatus>>,
  size: Size,
  more: Partial<PictureInput> = {},
): PictureInput {
  const states = new Map<string, NodeStatus>();
  const active = new Map(Object.entries(running).map(([name, status]) => [cpvOf(name), status]));
  const last = nodes.reduce((place, node, at) => (active.has(node.id) ? at : place), -1);
  nodes.forEach((node, at) => {
    const status = active.get(node.id);
    if (status !== undefined) states.set(node.id, status);
    else if (at < last) states.set(node.id, { state: 'done' });
  });
  const done = [...states.values()].filter(status => status.state === 'done').length;
  const failed = [...states.values()].filter(status => status.state === 'failed').length;
  return {
    index: sampleIndex,
    states,
    targets: new Set([cpvOf('git'), cpvOf('nginx'), cpvOf('clang')]),
    counts: { done, total: nodes.length, running: active.size - failed, failed, load: 3.14 },
    size,
    style: { unicode: true, color: false },
    ...more,
  };
}

/** `zlib openssl > curl` for packages and installed neighbours: a small graph from lines in merge order. */
export function smallInput(
  text: string,
  focus: string,
  size: Size,
  more: Partial<PictureInput> = {},
): PictureInput {
  const lines = text
    .trim()
    .split('\n')
    .map(line => line.trim().split(': '));
  const small = lines.map(([name]) => nodeOf(`cat/${name}-1`));
  const edges = lines.flatMap(([name, needs]) =>
    (needs?.split(' ') ?? []).map(to => ({
      from: `cat/${name}-1`,
      to: `cat/${to}-1`,
      kinds: ['depend'] as const,
    })),
  );
  const states = new Map<string, NodeStatus>(
    focus.split(' ').map(name => [`cat/${name}-1`, { state: 'building', phase: 'compile', elapsed: 72 }]),
  );
  return {
    index: indexGraph({ nodes: small, edges: orientEdges(small, edges) }),
    states,
    targets: new Set([small.at(-1)?.id ?? '']),
    counts: { done: 0, total: small.length, running: states.size, failed: 0 },
    size,
    style: { unicode: true, color: false },
    ...more,
  };
}

export function plain(frame: Frame): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: SGR begins with one
  return frame.lines.map(line => line.replace(/\x1b\[[0-9;]*m/g, '')).join('\n');
}
