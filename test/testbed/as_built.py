"""VDB entries and binary packages as Portage records them after a build, written without building."""

import bz2
import os
import shutil
import tarfile
import tempfile

import portage
from _emerge.Package import Package


def recorded(config, trees, cpv, use):
    """The metadata that Portage stores for a package built from this ebuild, in the manner of its doebuild module."""
    from portage.dep import paren_enclose, use_reduce
    from portage.dep._slot_operator import evaluate_slot_operator_equal_deps
    from portage.eapi import _get_eapi_attrs

    portdb = trees[trees._target_eroot]["porttree"].dbapi
    keys = sorted(set(Package.metadata_keys) - {"BUILD_ID", "BUILD_TIME", "CHOST", "COUNTER", "SIZE", "USE", "_mtime_"})
    metadata = dict(zip(keys, portdb.aux_get(cpv, keys)))
    attributes = _get_eapi_attrs(metadata["EAPI"])
    config.setcpv(cpv, mydb=portdb)
    enabled = frozenset(config["PORTAGE_USE"].split())
    if use is not None:
        enabled = (enabled - flags_of(metadata["IUSE"])) | set(use.split())
    conditional = ["LICENSE", "PROPERTIES", "RESTRICT"]
    if attributes.slot_operator:
        metadata.update(evaluate_slot_operator_equal_deps(config, enabled, trees))
    else:
        conditional += Package._dep_keys
    for key in conditional:
        token_class = portage.dep.Atom if key.endswith("DEPEND") else None
        metadata[key] = paren_enclose(use_reduce(metadata[key], uselist=enabled, token_class=token_class))
    if attributes.iuse_effective:
        metadata["IUSE_EFFECTIVE"] = config.configdict["pkg"].get("IUSE_EFFECTIVE", "")
    metadata["USE"] = " ".join(sorted(enabled))
    metadata.update(CHOST=config.get("CHOST", ""), BUILD_TIME="1700000000")
    return {key: value for key, value in metadata.items() if value or key == "IUSE"}


def flags_of(iuse):
    return {flag.lstrip("+-") for flag in iuse.split()}


def write_entry(directory, cpv, metadata, form):
    category, pf = portage.catsplit(cpv)
    os.makedirs(directory, exist_ok=True)
    files = dict(metadata, CATEGORY=category, PF=pf, SIZE="0")
    for name, value in files.items():
        with open(os.path.join(directory, name), "w") as stream:
            stream.write(value + "\n")
    open(os.path.join(directory, "CONTENTS"), "w").close()
    with open(os.path.join(directory, pf + ".ebuild"), "w") as stream:
        stream.write('EAPI={EAPI}\nSLOT="{SLOT}"\n'.format(**metadata))
    if form != "files":
        # since 3.0.82
        from portage.dbapi.vartree import _consolidate_to_metadata_file

        _consolidate_to_metadata_file(directory, delete_individual=form == "metadata")


def fill(question):
    """Writes VDB entries and binary packages as if the named packages had been built one after the other."""
    trees = portage.create_trees(env=question["environment"])
    eroot = trees._target_eroot
    settings = trees[eroot]["vartree"].settings
    settings._init_dirs()
    config = portage.config(clone=settings)
    vardb = trees[eroot]["vartree"].dbapi
    counter = len(vardb.cpv_all())
    for entry in question.get("installed", []):
        counter += 1
        metadata = recorded(config, trees, entry["cpv"], entry.get("use"))
        metadata["COUNTER"] = str(counter)
        write_entry(vardb.getpath(entry["cpv"]), entry["cpv"], metadata, question["form"])
        vardb._clear_cache()
    for entry in question.get("installed", []):
        if entry.get("dropped"):
            shutil.rmtree(vardb.getpath(entry["cpv"]))
    binaries = question.get("binaries", [])
    for entry in binaries:
        metadata = recorded(config, trees, entry["cpv"], entry.get("use"))
        metadata.update(entry.get("recorded", {}))
        write_binary(settings, entry["cpv"], metadata)
    if binaries:
        trees[eroot]["bintree"].populate(force_reindex=True)
    return {"installed": counter, "binaries": len(binaries)}


def write_binary(settings, cpv, metadata):
    from portage import gpkg, xpak

    category, pf = portage.catsplit(cpv)
    kind = settings.get("BINPKG_FORMAT", "gpkg")
    metadata = dict(metadata, CATEGORY=category, PF=pf, BINPKG_FORMAT=kind)
    path = os.path.join(settings["PKGDIR"], category, pf + (".tbz2" if kind == "xpak" else ".gpkg.tar"))
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with tempfile.TemporaryDirectory() as image:
        metadata["environment.bz2"] = environment_of(metadata)
        metadata[pf + ".ebuild"] = 'EAPI=%s\nSLOT="%s"\n' % (metadata["EAPI"], metadata["SLOT"])
        if kind == "xpak":
            with tarfile.open(path, "w:bz2") as archive:
                archive.add(image, arcname=".")
            xpak.tbz2(path).recompose_mem(xpak.xpak_mem(metadata))
        else:
            gpkg.gpkg(settings, cpv, path).compress(image, metadata)


def environment_of(metadata):
    return bz2.compress("".join('declare -- %s="%s"\n' % item for item in metadata.items() if item[0].isupper()).encode())
