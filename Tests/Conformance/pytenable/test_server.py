"""`tio.server.*`: what kind of server this is, and that it is ready."""


def test_status(tio):
    assert tio.server.status() == {"code": 200, "status": "ready"}


def test_properties_have_these_fields_of_these_types(tio):
    properties = tio.server.properties()
    types = {
        "analytics": {"enabled": bool, "key": str, "site_id": str},
        "evaluation": {"limitEnabled": bool, "targets": int},
    }
    for part, fields in types.items():
        assert {name: type(properties[part].get(name)) for name in fields} == fields
    assert type(properties["force_ui_reload"]) is bool
    for name in ("nessus_type", "nessus_ui_build", "nessus_ui_version"):
        assert type(properties[name]) is str


def test_properties_show_no_secret(muster, tio):
    text = tio.get("server/properties").text
    for secret in (*muster.admin_keys, muster.admin["password"], str(muster.data_dir)):
        assert secret not in text
