"""Projects as the library opens them: keys, placeholders, the environment, other processes."""

from __future__ import annotations

import pickle
from concurrent.futures import ProcessPoolExecutor

import pytest
from projects import CLUSTER, bundle_text, node, write

import talosgen
from talosgen.age import x25519
from talosgen.config.codecs import ABSENT
from talosgen.errors import InputError
from talosgen.project import placeholder
from talosgen.project.frontends import folders, opened
from talosgen.secrets.access import Access
from talosgen.sops import file as sops
from talosgen.sops.document import load as tree_of

#: What Talos refuses.
BAD = "---\napiVersion: v1alpha1\nkind: WatchdogTimerConfig\ntimeout: 1m0s\n"


@pytest.fixture(scope="module")
def identity():
    return x25519.X25519Identity.generate()


def sealed(text, identity):
    """The text of an encrypted file."""
    scheme = sops.Scheme(sops.recipients(str(identity.recipient)))
    return sops.encrypt(tree_of(text), scheme, "2026-01-01T00:00:00Z")


@pytest.fixture
def encrypted(tmp_path, identity):
    """A project with an encrypted bundle, variables and a patch for one of its nodes."""
    return write(
        tmp_path,
        {
            "cluster.yaml": CLUSTER + "vars: {}\n",
            "secrets.yaml": sealed(bundle_text(), identity),
            "vars.sops.yaml": sealed("password: hunter22\nport: 8443\n# why\nlist: [1, x]\n", identity),
            "worker.yaml": "machine:\n  env: {PASSWORD: '${secrets.password}', PORT: 'at ${secrets.port}'}\n",
            "worker-w1.yaml": node("10.0.0.31"),
            "worker-w2.yaml": node("10.0.0.32", "patches: [patches/secret.yaml]\n"),
            "patches/secret.yaml": sealed("machine:\n  env: {TOKEN: hunter23}\n", identity),
        },
        secrets=False,
    )


def test_a_project_is_loaded_and_compiled(tmp_path):
    write(tmp_path, {"controlplane-cp1.yaml": node("10.0.0.21"), "worker-w1.yaml": node("10.0.0.31")})
    cluster = talosgen.load(tmp_path)
    made = talosgen.compile(cluster)
    assert list(made) == ["cp1", "w1"]
    assert dict(talosgen.compile_iter(cluster)) == made
    assert made["w1"].v1alpha1.machine.type == "worker"


def test_encrypted_files_are_opened_by_the_identities_given(encrypted, identity):
    cluster = talosgen.load(encrypted, identities=identity.secret_text(), environment={})
    made = talosgen.compile(cluster)
    assert made["w1"].v1alpha1.machine.env == {"PASSWORD": "hunter22", "PORT": "at 8443"}
    assert made["w2"].v1alpha1.machine.env == {"PASSWORD": "hunter22", "PORT": "at 8443", "TOKEN": "hunter23"}
    assert "hunter22" in cluster.masked
    assert not cluster.placeholder


def test_encrypted_files_are_opened_by_the_keys_of_the_environment(encrypted, identity):
    cluster = talosgen.load(encrypted, environment={"SOPS_AGE_KEY": identity.secret_text()})
    assert [member.name for member in cluster.nodes] == ["w1", "w2"]


def test_the_place_of_a_fault_in_an_encrypted_patch_is_that_of_the_file(encrypted, identity):
    text = sealed("machine:\n  env: {A: b}\n  netwrok: {}\n", identity)
    (encrypted / "patches" / "secret.yaml").write_text(text, encoding="utf-8")
    line = next(number for number, each in enumerate(text.splitlines(), 1) if "netwrok" in each)
    with pytest.raises(InputError) as caught:
        talosgen.load(encrypted, identities=identity.secret_text(), environment={})
    assert [problem.place.line for problem in caught.value.problems] == [line]


def test_without_a_key_every_file_that_needs_one_is_named(encrypted):
    with pytest.raises(InputError) as caught:
        talosgen.load(encrypted, environment={"HOME": "/nonexistent"})
    files = {problem.place.source for problem in caught.value.problems if problem.code == "sops-no-identity"}
    assert {str(encrypted / name) for name in ("secrets.yaml", "vars.sops.yaml", "patches/secret.yaml")} <= files


def test_a_bundle_that_is_not_encrypted_whole_is_refused(tmp_path, identity):
    from talosgen.sops.selection import Selection

    scheme = sops.Scheme(sops.recipients(str(identity.recipient)), Selection("encrypted_regex", "^key$"))
    text = sops.encrypt(tree_of(bundle_text()), scheme, "2026-01-01T00:00:00Z")
    write(tmp_path, {"worker-w1.yaml": node("10.0.0.31"), "secrets.yaml": text}, secrets=False)
    with pytest.raises(InputError, match="encrypted whole"):
        talosgen.load(tmp_path, identities=identity.secret_text(), environment={})


# -- placeholders --------------------------------------------------------------------------------------


def test_placeholders_need_no_key_and_open_nothing(encrypted, identity):
    alone = talosgen.load(encrypted, placeholders=True, environment={})
    with_key = talosgen.load(encrypted, placeholders=True, identities=identity.secret_text(), environment={})
    assert alone.placeholder
    made = talosgen.compile(alone)
    assert list(made) == ["w1"]
    assert made == talosgen.compile(with_key)
    assert alone.locked == {"w2": str(encrypted / "patches" / "secret.yaml")}
    # Of the types that the encrypted values state.
    assert made["w1"].v1alpha1.machine.env == {"PASSWORD": "placeholder", "PORT": "at 1"}


def test_placeholders_do_not_show_the_environment(tmp_path):
    files = {
        "cluster.yaml": CLUSTER + "env: [TOKEN]\n",
        "worker-w1.yaml": node("10.0.0.31") + "---\nmachine:\n  env: {TOKEN: '${env.TOKEN}'}\n",
    }
    cluster = talosgen.load(write(tmp_path, files), placeholders=True, environment={"TOKEN": "hunter22"})
    assert "hunter22" not in talosgen.compile(cluster)["w1"].to_yaml()


@pytest.mark.parametrize("contract", [f"v1.{minor}" for minor in range(15)])
def test_the_placeholder_bundle_is_whole_and_marked(contract):
    parsed = talosgen.Contract.parse(contract)
    bundle = placeholder.bundle(parsed)
    assert bundle.validate(full=True) == []
    assert placeholder.is_placeholder(bundle)
    assert (bundle.secrets.aescbcencryptionsecret != "") is not parsed.at_least(3)
    options = talosgen.Options(cluster="c", endpoint="https://h:6443", contract=parsed)
    assert "placeholder/" in talosgen.generate(options, talosgen.MachineType.CONTROLPLANE, bundle).to_yaml()


def test_authorities_of_the_placeholder_bundle_say_what_they_are():
    from cryptography import x509

    certs = placeholder.bundle().certs
    for pair in (certs.os, certs.etcd, certs.k8s, certs.k8saggregator):
        assert "placeholder" in x509.load_pem_x509_certificate(pair.crt).subject.rfc4514_string()


def test_a_generated_bundle_is_no_placeholder():
    assert not placeholder.is_placeholder(talosgen.SecretsBundle.load(bundle_text()))
    assert not placeholder.is_placeholder(talosgen.SecretsBundle())


def test_what_no_key_opens_is_passed_over_when_that_is_wanted(encrypted):
    access = Access({"HOME": "/nonexistent"}, str(encrypted))
    cluster = opened(str(encrypted), access, bundle=talosgen.SecretsBundle.load(bundle_text()), keyless=True)
    assert [member.name for member in cluster.nodes] == ["w1"]
    assert list(cluster.locked) == ["w2"]


# -- which folders --------------------------------------------------------------------------------------


def test_the_folder_is_found_where_none_is_named(tmp_path):
    with pytest.raises(InputError, match=r"no cluster\.yaml here"):
        folders(str(tmp_path))
    for name in ("b", "a"):
        (tmp_path / "clusters" / name).mkdir(parents=True)
        (tmp_path / "clusters" / name / "cluster.yaml").touch()
    (tmp_path / "clusters" / "docs").mkdir()
    assert folders(str(tmp_path)) == [str(tmp_path / "clusters" / "a"), str(tmp_path / "clusters" / "b")]
    (tmp_path / "cluster").mkdir()
    (tmp_path / "cluster" / "cluster.yaml").touch()
    assert folders(str(tmp_path)) == [str(tmp_path / "cluster")]
    (tmp_path / "cluster.yaml").touch()
    assert folders(str(tmp_path)) == [str(tmp_path)]


def test_a_folder_without_nodes_is_a_base(tmp_path):
    base = "apiVersion: talosgen/v1\nkind: Cluster\nlabels: {a: '${vars.later}'}\npatches: [patches/a.yaml]\n"
    files = {"cluster.yaml": base, "patches/a.yaml": "machine: {sysctls: {a: '${vars.later}'}}\n"}
    cluster = talosgen.load(write(tmp_path, files, secrets=False))
    assert cluster.nodes == ()
    assert talosgen.compile(cluster) == {}


def test_a_base_is_checked(tmp_path):
    base = "apiVersion: talosgen/v1\nkind: Cluster\npatches: [patches/a.yaml]\ngroups: {g: {patches: [none.yaml]}}\n"
    files = {"cluster.yaml": base, "patches/a.yaml": "machine: {netwrok: {}}\n", "worker.yaml": "machine: [x]\n"}
    with pytest.raises(InputError) as caught:
        talosgen.load(write(tmp_path, files, secrets=False))
    assert [problem.place.source.removeprefix(f"{tmp_path}/") for problem in caught.value.problems] == [
        "patches/a.yaml", "cluster.yaml", "worker.yaml"
    ]  # fmt: skip


# -- severities ------------------------------------------------------------------------------------------


def test_the_project_sets_the_severities_of_findings(tmp_path):
    write(tmp_path, {"worker-w1.yaml": node("10.0.0.31") + BAD})
    with pytest.raises(InputError) as caught:
        talosgen.compile(talosgen.load(tmp_path))
    (code,) = {problem.code for problem in caught.value.problems}
    assert code
    (tmp_path / "cluster.yaml").write_text(f"{CLUSTER}checks: {{{code}: warning}}\n", encoding="utf-8")
    told = []
    assert list(talosgen.compile(talosgen.load(tmp_path), report=told.append)) == ["w1"]
    assert [(problem.severity, problem.code) for problem in told] == [("warning", code)]
    (tmp_path / "cluster.yaml").write_text(f"{CLUSTER}checks: {{{code}: 'off'}}\n", encoding="utf-8")
    told.clear()
    talosgen.compile(talosgen.load(tmp_path), report=told.append)
    assert told == []


def test_an_unknown_code_is_refused_where_it_stands(tmp_path):
    write(tmp_path, {"cluster.yaml": CLUSTER + "checks: {TG9999: error}\n", "worker-w1.yaml": node("10.0.0.31")})
    with pytest.raises(InputError) as caught:
        talosgen.load(tmp_path)
    (problem,) = caught.value.problems
    assert (problem.place.line, problem.place.column) == (7, 10)


# -- other processes ---------------------------------------------------------------------------------------


@pytest.fixture
def fleet(tmp_path):
    files = {
        "cluster.yaml": CLUSTER + "patches: [patches/common.yaml, patches/list.yaml]\n",
        "patches/common.yaml": "machine: {sysctls: {a: '1'}}\n" + "# a comment\n" * 50,
        "patches/list.yaml": "- {op: add, path: /machine/certSANs/-, value: x.example.org}\n",
        "worker.yaml": "apiVersion: v1alpha1\nkind: LinkConfig\nname: eth0\nmtu: 9000\n---\n"
        "apiVersion: v1alpha1\nkind: HostnameConfig\n$patch: delete\n",
        **{f"worker-w{number}.yaml": node(f"10.0.1.{number}") for number in range(1, 140)},
        "controlplane-cp1.yaml": node("10.0.0.21"),
        "worker-bad.yaml": node("10.0.2.1") + BAD,
    }
    return talosgen.load(write(tmp_path, files))


def outcome(cluster, executor=None):
    """The texts of all configs, and what is said to be wrong."""
    made, told = {}, []
    try:
        for name, config in talosgen.compile_iter(cluster, executor, report=told.append):
            made[name] = config.to_yaml()
    except InputError as error:
        told += error.problems
    return made, told


def test_a_process_pool_gives_the_same_bytes(fleet):
    with ProcessPoolExecutor(2) as pool:
        assert outcome(fleet, pool) == outcome(fleet)


def test_what_nests_too_deeply_for_another_process_is_compiled_here(tmp_path):
    deep = "{a: " * 1500 + "1" + "}" * 1500
    patch = f"apiVersion: v1alpha1\nkind: KubeletConfig\nconfig: {deep}\n"
    cluster = talosgen.load(write(tmp_path, {"worker.yaml": patch, "worker-w1.yaml": node("10.0.0.31")}))
    with ProcessPoolExecutor(1) as pool:
        made = outcome(cluster, pool)
    assert made == outcome(cluster)
    assert list(made[0]) == ["w1"]


def test_dask_gives_the_same_bytes(fleet):
    distributed = pytest.importorskip("distributed")
    import warnings

    with warnings.catch_warnings():
        # What the scheduler thinks of this machine.
        warnings.simplefilter("ignore")
        with (
            distributed.LocalCluster(
                1, threads_per_worker=1, protocol="tcp", host="127.0.0.1", dashboard_address=None, processes=False
            ) as here,
            distributed.Client(here) as client,
        ):
            made = outcome(fleet, client.get_executor())
    assert made == outcome(fleet)


def test_a_cluster_survives_pickling_and_is_small(fleet):
    data = pickle.dumps(fleet)
    assert outcome(pickle.loads(data)) == outcome(fleet)
    # What nodes share is there once.
    assert len(data) / len(fleet.nodes) < 3000
    assert pickle.loads(pickle.dumps(ABSENT)) is ABSENT
