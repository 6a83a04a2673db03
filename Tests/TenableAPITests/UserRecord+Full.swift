import TenableAPI

extension UserRecord {
    /// A record with something to say in every member beside those of `start`.
    static func full(_ start: UserRecord) -> UserRecord {
        var record = start
        record.roles = [RoleName(name: "Administrator", uuid: "r")]
        record.isUIPermitted = false
        record.isUISAMLOnly = true
        record.isAPIPermitted = false
        record.lastLoginAttempt = 1_641_369_870_871
        record.loginFailCount = 6
        record.loginFailTotal = 7
        record.lastAPIKeyAccess = 1_782_787_386_952
        record.isEnabled = false
        record.isUndeletable = true
        record.twoFactor = TwoFactor(
            smsPhone: "+15555555555",
            isSMSEnabled: true,
            isEmailEnabled: false
        )
        record.groupUUIDs = ["g", "00000000-0000-0000-0000-000000000000"]
        record.isLockedOut = true
        record.lastLogin = 1_727_938_102_779
        return record
    }
}
